"""May this phone be emptied? Only with a proof: nothing is unsent, and both sides hold the same head."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.store.outbox import mark_media, pending_media
from app.store.tables import get_meta, put_meta
from domain.errors import NuanFangError
from sync.errors import GONE, WireError
from sync.identity import SECRET_NAME
from sync.proof import prove_anew, safe_to_wipe

if TYPE_CHECKING:
    from app.actions.services import Services
    from app.platform.ports import Blobs, Secrets
    from app.store import NuanDB
    from sync.ports import ChainState

MARK = "wiping"
"""Set in the store while a wipe is under way."""
BY_OFFICE = "office"
ORDERED = "wipe_ordered"
"""The head of the chain for which it was decided to obey the office: once told, it does not ask again."""
WIPED = "wiped_by_office"
"""Set afterwards, so that the next person with this phone is told."""
logger = logging.getLogger("nuanfang")


@dataclass(frozen=True, slots=True)
class Proof:
    """Each of the facts that "safe to wipe" needs (DESIGN §4); ``safe`` when all hold."""

    unsent: int
    pictures_left: int
    drafts: int
    troubled: int
    head_equal: bool

    @property
    def safe(self) -> bool:
        """Nothing would be lost that the registry does not hold."""
        return self.head_equal and not (self.unsent or self.pictures_left or self.drafts or self.troubled)


class UnsafeWipeError(NuanFangError):
    """Something on this phone is nowhere else."""

    code = "wipe_unsafe"


def prove(chain: ChainState, drafts: int) -> Proof:
    """``chain``: this phone's head and the registry's signed word on it; ``drafts``: unfinished visits
    and questionnaires."""
    reasons = safe_to_wipe(chain).reasons
    return Proof(
        unsent=chain.unsent,
        pictures_left=chain.media_left,
        drafts=drafts,
        troubled=len(chain.troubled),
        head_equal=not {"no_checkpoint", "head_differs"} & set(reasons),
    )


def proof_of(services: Services) -> Proof:
    """The proof as it stands now."""
    drafts = sum(len(services.db.table(name)) for name in ("drafts", "surveys"))
    return prove(services.store.chain(), drafts)


async def wipe(services: Services) -> None:
    """Forget everything on this phone, its key as a device too. Raises UnsafeWipeError when the proof fails,
    WireError when the office cannot be asked: its last word on records and photos may be weeks old, and its
    database may have been put back to an older copy since.

    Killed on the way, it is finished at the next start.
    """
    if proof_of(services).safe:
        await _ask(services)
    proof = proof_of(services)
    if not proof.safe:
        raise UnsafeWipeError(unsent=proof.unsent, pictures=proof.pictures_left, drafts=proof.drafts)
    put_meta(services.db, MARK, True)
    await services.restart()


def ordered(services: Services) -> bool:
    """The office wants this phone emptied, now or in an earlier run of the app."""
    return services.runner.status.reading.wipe or bool(get_meta(services.db, ORDERED, False))


async def obey_wipe(services: Services) -> bool:
    """The office has ordered it (a lost phone): as soon as all sealed work is provably there, by the office's
    word of this moment, forget everything, unfinished visits too. The decision is written first, then the
    office hears of it; from then on no network is needed. What somebody sealed meanwhile is sent before
    anything is forgotten, and the office is asked anew."""
    if not (_obliged(services) and (_decided(services) or await _decide(services))):
        return False
    try:
        await services.runner.client.confirm_wipe()
    except NuanFangError:
        logger.warning("the office could not be told of the wipe")
    if not (_obliged(services) and _decided(services)):
        return False
    put_meta(services.db, MARK, BY_OFFICE)
    await services.restart()
    return True


def _obliged(services: Services) -> bool:
    return ordered(services) and safe_to_wipe(services.store.chain()).safe


def _decided(services: Services) -> bool:
    """The office was asked, and nothing was sealed since."""
    return bool(get_meta(services.db, ORDERED, "") == services.store.chain().head)


async def _decide(services: Services) -> bool:
    head = services.store.chain().head
    try:
        await _ask(services)
    except WireError:
        logger.info("the office's wipe waits: it cannot be asked what it holds", exc_info=True)
        return False
    if not _obliged(services) or services.store.chain().head != head:
        return False
    put_meta(services.db, ORDERED, head)
    return True


async def _ask(services: Services) -> None:
    """What does the office hold at this moment? What it has lost is sent again at once. A phone that has
    sealed nothing has nothing to ask."""
    await _found_again(services)
    if services.store.chain().seq and not (await prove_anew(services.runner.client, services.store)).safe:
        services.runner.kick()


async def _found_again(services: Services) -> None:
    """A picture that was not found when it was to be sent, and is here after all, is no longer given up."""
    for doc in pending_media(services.db):
        if doc.get("last_error") == GONE and await services.blobs.has(doc["sha256"]):
            mark_media(services.db, doc["sha256"], state="waiting", last_error=None, next_at=None)
            services.runner.kick()


async def finish_wipe(db: NuanDB, blobs: Blobs, secrets: Secrets) -> None:
    """At every start: carry out a wipe that was decided. The key goes before the mark: a device that is used
    again after its chain is gone would count its records from 1 once more."""
    mark = get_meta(db, MARK, False)
    if not mark:
        return
    for name in await blobs.names():
        await blobs.delete(name)
    await secrets.delete(SECRET_NAME)
    db.drop_tables()
    if mark == BY_OFFICE:
        put_meta(db, WIPED, True)
