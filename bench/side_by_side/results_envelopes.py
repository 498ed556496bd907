"""The section of RESULTS.md about encrypted messages."""

from envelopes import SIZES
from figures import bullets, figure, ratio, ratios, size_name, table

OPENING = """\
The message is Chinese. To open it is to get from the bytes of the request's body to its text, to seal it from the text to
the signed XML document of a reply.

- SHA-1 alone: of the base64 text, which no implementation can do without. In echostr's process, with the crate `sha1`.
- echostr, open: parses the query, finds `Encrypt` in the XML, compares the signature in constant time, decrypts, checks
  padding, length, id and UTF-8.
- wechatpy, open: `WeChatCrypto.decrypt_message`, which parses the XML with xmltodict, compares the signature, decrypts
  with `cryptography`, and compares the id.
- wechat-crypto, open: the library has no more than `getSignature` and `decrypt`, so signature and id are compared
  outside, and the XML is parsed with xml2js, as co-wechat and wechat do, but with the newest xml2js and sax, which are
  much faster.
- XML parsed before: the same without the XML; the library gets the text of `Encrypt`.
- wechat-crypto, seal: the document is written with a template literal.

The query is split beforehand for the peers. Before anything was measured, each process opened each message, compared it
with what had been sealed, and refused one whose cipher text had been altered."""


def envelope_section(rounds, envelopes):
    missing = [f"**Missing** {opener.name}: {opener.missing}." for opener in envelopes if opener.missing]
    parts = [
        "## Opening and sealing encrypted messages",
        f"By size of the cipher text; {rounds} turns of each, one process at a time, on one core.",
        OPENING,
        *([bullets(missing)] if missing else []),
        *operation_tables("Opening", {"open": "", "open-parsed": ", XML parsed before"}, envelopes),
        *operation_tables("Sealing", {"seal": ""}, envelopes),
    ]
    return "\n\n".join(parts)


def operation_tables(title, operations, envelopes):
    measured = {
        opener.name + suffix: {size: opener.times[operation, size] for size in SIZES}
        for opener in envelopes
        for operation, suffix in operations.items()
        if (operation, SIZES[0]) in opener.times
    }
    if "echostr" not in measured:
        return [f"### {title}", "Not measured: it takes echostr's process, which writes the messages."]
    sha1 = {size: envelopes[0].times["sha1", size] for size in SIZES}
    echostr = measured["echostr"]
    head = ["", *map(size_name, SIZES)]
    return [
        f"### {title}",
        "Microseconds:",
        table(head, [times_row("SHA-1 alone", sha1), *(times_row(*row) for row in measured.items())]),
        "In multiples of SHA-1 alone:",
        table(head, [ratios_row(*row, sha1) for row in measured.items()]),
        "In multiples of echostr:",
        table(head, [ratios_row(*row, echostr) for row in measured.items() if row[0] != "echostr"]),
    ]


def times_row(name, times):
    return [name, *(figure(times[size]) for size in SIZES)]


def ratios_row(name, times, base):
    return [name, *(ratio(ratios(times[size], base[size])) for size in SIZES)]
