"""The lock file of the npm clients: exact, by hash, and true on any machine."""

from __future__ import annotations

import json
from pathlib import Path

PACKAGES = json.loads((Path(__file__).parent / "package-lock.json").read_text(encoding="utf-8"))["packages"]


def test_every_package_is_known_by_its_hash_and_by_no_address() -> None:
    installed = {name: package for name, package in PACKAGES.items() if name}
    assert all(package["integrity"].startswith("sha512-") for package in installed.values())
    assert not [name for name, package in installed.items() if "resolved" in package]
