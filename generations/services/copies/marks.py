"""The machine-made mark: an XMP packet that says that a picture was made by a trained model.

Names and values: IPTC Photo Metadata Standard 2025.1 (Digital Source Type, AI Prompt Information,
AI System Used) and the vocabulary http://cv.iptc.org/newscodes/digitalsourcetype/.
"""

import re
from xml.sax.saxutils import escape

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TRAINED, COMPOSITE = "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"
# One JPEG segment holds 65,533 bytes; the packet around the prompt takes a thousand
PROMPT_BYTES = 60_000
# XML 1.0 has no way to write these down
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
{properties}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def machine_made_mark(*, is_composite: bool, prompt: str = "", model: str = "") -> bytes:
    """The packet, UTF-8. `is_composite`: the model repainted a part, the rest was given in.

    Prompt and model are in it only where they are given; a prompt beyond 60,000 bytes is cut.
    """
    properties = {
        "DigitalSourceType": SOURCE_TYPES + (COMPOSITE if is_composite else TRAINED),
        "AIPromptInformation": _cut(prompt),
        "AISystemUsed": _escaped(model),
    }
    lines = [
        f"   <Iptc4xmpExt:{name}>{text}</Iptc4xmpExt:{name}>"
        for name, text in properties.items()
        if text
    ]
    return PACKET.format(properties="\n".join(lines)).encode()


def _cut(prompt: str) -> str:
    """As much of it as has room once it is escaped, without half an entity at the end."""
    escaped = _escaped(prompt)
    if len(escaped.encode()) <= PROMPT_BYTES:
        return escaped
    start = escaped.encode()[:PROMPT_BYTES].decode(errors="ignore")
    return re.sub(r"&[a-z]*$", "", start) + "…"


def _escaped(text: str) -> str:
    return escape(UNWRITABLE.sub("", text))
