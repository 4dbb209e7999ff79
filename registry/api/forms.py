"""Questionnaires: upload, files, publishing, and what their answers look like."""

from __future__ import annotations

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from registry.api.access import AnyRequest, TheOffice, Who
from registry.api.bodies import read_chunk
from registry.api.described import ERRORS, TakesFile, TakesXlsx
from registry.service.errors import RefusedError
from registry.service.forms import files, listing, versions
from registry.service.forms.listing import XLSX
from sync.protocol.forms import (
    MAX_FORM_FILES_BYTES,
    MAX_XLSX_BYTES,
    FormReport,
    FormRow,
    FormsAnswer,
    PublishRequest,
)

INERT = {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""What an office uploaded is never run by a browser that opens it."""


async def _whole(request: AnyRequest, most: int) -> bytes:
    data, complete = await read_chunk(request, most)
    if not complete:
        raise RefusedError("bad_request", "the body ended early")
    return data


@post("/v1/forms", status_code=200, request_max_body_size=None, responses=ERRORS, operation_class=TakesXlsx)
async def upload(request: AnyRequest, office: TheOffice, who: Who) -> FormReport:
    """Check an .xlsx; what is fit becomes a draft."""
    who.require(versions.EDITORS)
    return await versions.upload(office, who, await _whole(request, MAX_XLSX_BYTES))


@get("/v1/forms", responses=ERRORS)
async def forms(office: TheOffice, who: Who) -> FormsAnswer:
    """All versions of all questionnaires."""
    return await listing.list_forms(office, who)


@put(
    "/v1/forms/{form_id:str}/{version:str}/files/{name:str}",
    request_max_body_size=None,
    responses=ERRORS,
    operation_class=TakesFile,
)
async def put_file(
    request: AnyRequest,
    office: TheOffice,
    who: Who,
    form_id: FromPath[str],
    version: FromPath[str],
    name: FromPath[str],
) -> FormRow:
    """A csv table, a picture or a sound that a draft names."""
    who.require(versions.EDITORS)
    data = await _whole(request, MAX_FORM_FILES_BYTES)
    return await files.put_file(office, who, form_id, version, name, data)


@get("/v1/forms/{form_id:str}/{version:str}/files/{name:str}", responses=ERRORS)
async def get_file(
    office: TheOffice, who: Who, form_id: FromPath[str], version: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """The file back."""
    data, kind = await files.get_file(office, who, form_id, version, name)
    return Response(data, media_type=kind, headers=INERT)


@post("/v1/forms/{form_id:str}/{version:str}/publish", status_code=200, responses=ERRORS)
async def publish(
    office: TheOffice,
    who: Who,
    form_id: FromPath[str],
    version: FromPath[str],
    data: JSONBody[PublishRequest],
) -> FormRow:
    """Phones have it from their next sync on."""
    return await versions.publish_version(office, who, form_id, version, data)


@post("/v1/forms/{form_id:str}/{version:str}/retire", status_code=200, responses=ERRORS)
async def retire(office: TheOffice, who: Who, form_id: FromPath[str], version: FromPath[str]) -> FormRow:
    """Phones offer it no more."""
    return await versions.retire(office, who, form_id, version)


@delete("/v1/forms/{form_id:str}/{version:str}", status_code=204, responses=ERRORS)
async def remove(office: TheOffice, who: Who, form_id: FromPath[str], version: FromPath[str]) -> None:
    """A draft that is not wanted."""
    await versions.remove_draft(office, who, form_id, version)


@get("/v1/forms/{form_id:str}/{version:str}/form.xlsx", responses=ERRORS)
async def spreadsheet(
    office: TheOffice, who: Who, form_id: FromPath[str], version: FromPath[str]
) -> Response[bytes]:
    """The spreadsheet as it was uploaded, to go on from."""
    data = await listing.get_xlsx(office, who, form_id, version)
    return Response(data, media_type=XLSX, headers=INERT | {"Content-Disposition": "attachment"})


@get("/v1/forms/{form_id:str}/{version:str}/form.xml", responses=ERRORS)
async def xform(office: TheOffice, who: Who, form_id: FromPath[str], version: FromPath[str]) -> Response[str]:
    """The XForm that phones fill."""
    text = await listing.get_xform(office, who, form_id, version)
    return Response(text, media_type="application/xml", headers=INERT)


ROUTES = [upload, forms, put_file, get_file, publish, retire, remove, spreadsheet, xform]
