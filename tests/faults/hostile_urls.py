"""Addresses that must never be connected to, in every notation we know of; and a few that may."""

from ipaddress import IPv4Address, IPv6Address

FORBIDDEN_V4 = (
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
)

FORBIDDEN_V6 = (
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "64:ff9b:1::7f00:1",
    "3fff::1",
    "5f00::1",
    "2001:db8::1",
)

NAMES = (
    "localhost",
    "LOCALHOST",
    "localhost.",
    "127.1",
    "127.0.1",
    "0",
    "127.0.0.1.",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "0177.1",
    "0x7f000001",
    "017700000001",
    "inside.test",
    "metadata.test",
    "mixed.test",
    "mixed6.test",
    "nothing.test",
    "rebind-a.test",
    "rebind-b.test",
)
"""Other spellings of this machine, and names that `ANSWERS` leads inside."""

ANSWERS = {
    "inside.test": [["10.1.2.3"]],
    "metadata.test": [["169.254.169.254"]],
    "mixed.test": [["8.8.8.8", "10.0.0.1"]],
    "mixed6.test": [["8.8.8.8", "::ffff:127.0.0.1"]],
    "nothing.test": [[]],
    # DNS rebinding: a good answer for whoever checks, another for whoever connects.
    "rebind-a.test": [["8.8.8.8"], ["127.0.0.1"]],
    "rebind-b.test": [["8.8.4.4"], ["169.254.169.254"]],
}
"""name → its successive answers; the last one stays."""

ODD = (
    "http://8.8.8.8:22/",
    "http://8.8.8.8:25/",
    "http://8.8.8.8:6379/",
    "https://8.8.8.8:3306/",
    "http://official.test@127.0.0.1/",
    "http://127.0.0.1\\@8.8.8.8/",
    "http://8.8.8.8\\@127.0.0.1/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/x",
    "gopher://127.0.0.1:6379/_x",
    "ws://127.0.0.1/x",
    "data:text/html,hello",
    "javascript:alert(1)",
    "//127.0.0.1/x",
    "http:///127.0.0.1/x",
    "http:127.0.0.1/x",
)
"""Other schemes and ports, and addresses that two readers understand in two ways."""


def notations(text: str) -> list[str]:
    """Ways to write the IPv4 address `text` as the host of an address."""
    address = IPv4Address(text)
    octets = text.split(".")
    number = int(address)
    return [
        text,
        str(number),
        hex(number),
        f"0{number:o}",
        ".".join(f"0x{int(octet):x}" for octet in octets),
        ".".join(f"0{int(octet):o}" for octet in octets),
        f"{octets[0]}.{number & 0xFFFFFF}",
        f"[::ffff:{text}]",
        f"[{IPv6Address(0xFFFF << 32 | number)}]",
        f"[{IPv6Address(0x2002 << 112 | number << 80 | 1)}]",
        f"[{IPv6Address(0x0064FF9B << 96 | number)}]",
        f"[{IPv6Address(0x20010000 << 96 | 0x08080808 << 64 | (number ^ 0xFFFFFFFF))}]",
        f"[::{number >> 16:x}:{number & 0xFFFF:x}]",
        f"[::ffff:0:{number >> 16:x}:{number & 0xFFFF:x}]",
    ]


def hostile(port: int) -> list[str]:
    """Every address of this module, those of this machine with a `port` at which somebody listens."""
    hosts = [notation for text in FORBIDDEN_V4 for notation in notations(text)]
    hosts += [f"[{text}]" for text in FORBIDDEN_V6]
    hosts += NAMES
    urls = [f"http://{host}/" for host in hosts]
    urls += [f"http://{host}:{port}/law" for host in hosts]
    urls += [f"https://{host}/law.pdf" for host in hosts[::4]]
    return [*ODD, *urls]
