"""What is sent compressed: files, and pages that hold no secret.

Beside a secret, such as the token of a form, whatever an attacker makes a page repeat would show in the compressed page's length
(BREACH). So a page is sent as it is unless its view says ``compressed(page(…))``: it then has no form, and repeats nothing that
was asked.
"""

import gzip
from typing import Final

import brotli
from flask import Response, request

_OFTEN: Final = 4
"""How hard brotli tries (of 11) on what is made anew for each request."""


def encoding_taken() -> str:
    """The smallest encoding that the browser takes: ``br``, ``gzip``, or the empty string for neither."""
    taken = request.accept_encodings
    return next((each for each in ("br", "gzip") if taken.quality(each) > 0), "")


def shrunk(plain: bytes, encoding: str, *, effort: int = 11) -> bytes:
    """*plain* in that encoding."""
    if encoding == "gzip":
        return gzip.compress(plain, min(effort, 9), mtime=0)
    return bytes(brotli.compress(plain, quality=effort)) if encoding else plain


def compressed(response: Response) -> Response:
    """*response*, a page that holds no secret, in the encoding that the browser takes."""
    response.vary.add("Accept-Encoding")
    if encoding := encoding_taken():
        response.set_data(shrunk(response.get_data(), encoding, effort=_OFTEN))
        response.content_encoding = encoding
    return response
