"""What a person would write without Proofsheet: call, decode or download, write the file.

Nothing is kept of what was asked, paid or shown; no thumbnails. Prints the seconds that it took,
and the processor's.
"""

import argparse
import asyncio
import base64
import re
import sys
import time
from pathlib import Path

import httpx2
from openai import AsyncOpenAI

LINK = re.compile(r"!\[[^\]]*\]\((\S+?)\)")


class Script:
    def __init__(self, *, base_url: str, model: str, route: str, folder: Path) -> None:
        # Neither client holds a call back: all go out at once
        limits = httpx2.Limits(max_connections=None)
        self._client = AsyncOpenAI(
            api_key="bench",
            base_url=base_url,
            max_retries=0,
            timeout=60,
            http_client=httpx2.AsyncClient(limits=limits, timeout=60, trust_env=False),
        )
        self._downloads = httpx2.AsyncClient(limits=limits, timeout=60, trust_env=False)
        self._model, self._folder = model, folder
        self._paint = self._by_chat if route == "chat" else self._by_images

    async def run(self, prompts: list[str]) -> float:
        """Makes all calls at once and gives the seconds until the last file is written."""
        start = time.perf_counter()
        await asyncio.gather(*(self._save(prompt) for prompt in prompts))
        return time.perf_counter() - start

    async def close(self) -> None:
        await self._client.close()
        await self._downloads.aclose()

    async def _save(self, prompt: str) -> None:
        content = await self._paint(prompt)
        (self._folder / f"{prompt}.png").write_bytes(content)

    async def _by_images(self, prompt: str) -> bytes:
        answer = await self._client.images.generate(
            model=self._model, prompt=prompt, size="1024x1024"
        )
        return base64.b64decode((answer.data or [])[0].b64_json or "")

    async def _by_chat(self, prompt: str) -> bytes:
        stream = await self._client.chat.completions.create(
            model=self._model, messages=[{"role": "user", "content": prompt}], stream=True
        )
        said = ""
        async for chunk in stream:
            said += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        answer = await self._downloads.get(LINK.findall(said)[-1])
        return answer.raise_for_status().content


async def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--base-url", "--model", "--route", "--folder", "--count"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    folder = Path(options.folder)
    folder.mkdir(parents=True)
    script = Script(
        base_url=options.base_url, model=options.model, route=options.route, folder=folder
    )
    await script.run(["warm-up"])
    used = time.process_time()
    seconds = await script.run([f"picture {number}" for number in range(int(options.count))])
    sys.stdout.write(f"{seconds} {time.process_time() - used}\n")
    await script.close()


if __name__ == "__main__":
    asyncio.run(main())
