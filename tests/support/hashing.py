"""Passwords that are hashed in no time; the product's own processes know them all the same."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    iterations = 1
