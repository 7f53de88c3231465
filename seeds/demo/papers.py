"""Small real files for the demo's attachments, made here byte for byte the same each time, and their storage.

No font file is needed: the PDF names the standard Chinese font STSong-Light, which every viewer substitutes.
"""

import hashlib
import struct
import zipfile
import zlib
from datetime import datetime
from io import BytesIO

from models import Attachment, Matter, User, db
from models.now import now
from models.store import Bucket, Folder

MIMES = {
    "pdf": "application/pdf", "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LONG_AGO = datetime(2020, 1, 1)  # a fixed date inside the file, so that its hash never changes


def pdf(lines: list[str]) -> bytes:
    """One A4 page with a line of text each."""
    shown = "".join(f"BT /F1 14 Tf 70 {770 - 26 * row} Td <{line.encode('utf-16-be').hex()}> Tj ET\n" for row, line in enumerate(lines))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%sendstream" % (len(shown), shown.encode()),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
        b"/FontDescriptor 7 0 R/DW 1000>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120"
        b"/CapHeight 880/StemV 93>>",
    ]
    out, places = BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, 2)
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def png(shade: int) -> bytes:
    """A 320×200 sketch of a building under a sky, standing in for a photograph."""
    width, height = 320, 200
    rows = []
    for y in range(height):
        row = bytearray()
        for x in range(width):
            if y > 150:
                row += bytes((120, 120 + shade % 40, 110))
            elif 60 < x < 260 and y > 60:
                window = x % 40 < 22 and y % 30 < 16
                row += bytes((90, 120, 160) if window else (205, 200 - shade % 30, 188))
            else:
                row += bytes((150, 190, 235 - y // 4))
        rows.append(b"\0" + bytes(row))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + chunk(b"IEND", b"")


def xlsx(table: list[list[object]]) -> bytes:
    """A one-sheet workbook; the zip is packed anew with fixed dates."""
    from openpyxl import Workbook  # 10 MB no worker needs at its start

    book = Workbook()
    book.properties.created = book.properties.modified = _LONG_AGO
    for row in table:
        book.active.append(row)
    loose, tight = BytesIO(), BytesIO()
    book.save(loose)
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(tight, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = data[: data.index(b"<dcterms:modified")] + b"</cp:coreProperties>"
            target.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
    return tight.getvalue()


def attach(store: Folder | Bucket, matter: Matter, name: str, data: bytes, label: str, by: User) -> Attachment:
    """Store a file the way the desk does: under a hex name, its own name and hash in the row."""
    digest = hashlib.sha256(data).hexdigest()
    stored = hashlib.sha256(f"{matter.number}/{name}/{digest}".encode()).hexdigest()[:32]
    store.delete(stored)  # left by a demo that was broken off: names are the same each time
    store.put(stored, BytesIO(data))
    row = Attachment(
        matter=matter, label=label, original_name=name, stored=stored, size=len(data), sha256=digest,
        mime=MIMES[name.rsplit(".", 1)[1]], uploaded_at=now(), uploaded_by=by,
    )
    db.session.add(row)
    return row
