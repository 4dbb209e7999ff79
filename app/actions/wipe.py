"""May this phone be emptied? Only with a proof: nothing is unsent, and both sides hold the same head."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.store.tables import get_meta, put_meta
from domain.errors import NuanFangError
from sync.identity import SECRET_NAME
from sync.ledger import ask_checkpoint
from sync.proof import safe_to_wipe

if TYPE_CHECKING:
    from app.actions.services import Services
    from app.platform.ports import Blobs, Secrets
    from app.store import NuanDB
    from sync.ports import ChainState

MARK = "wiping"
"""Set in the store while a wipe is under way."""
BY_OFFICE = "office"
ORDERED = "wipe_ordered"
"""Set when the office's order is being obeyed: once told, the office does not ask again."""
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
    WireError when the office cannot be asked: its last signed word may be weeks old, and its database may
    have been put back to an older copy since.

    Killed on the way, it is finished at the next start.
    """
    if services.store.chain().seq and proof_of(services).safe:
        await ask_checkpoint(services.runner.client, services.store)
    proof = proof_of(services)
    if not proof.safe:
        raise UnsafeWipeError(unsent=proof.unsent, pictures=proof.pictures_left, drafts=proof.drafts)
    put_meta(services.db, MARK, True)
    await services.restart()


def ordered(services: Services) -> bool:
    """The office wants this phone emptied, now or in an earlier run of the app."""
    return services.runner.status.reading.wipe or bool(get_meta(services.db, ORDERED, False))


async def obey_wipe(services: Services) -> bool:
    """The office has ordered it (a lost phone): as soon as all sealed work is provably there, forget
    everything, unfinished visits too. The order is written first, then the office hears of it; what somebody
    sealed meanwhile is sent before anything is forgotten."""
    if not (ordered(services) and safe_to_wipe(services.store.chain()).safe):
        return False
    put_meta(services.db, ORDERED, True)
    try:
        await services.runner.client.confirm_wipe()
    except NuanFangError:
        logger.warning("the office could not be told of the wipe")
    if not safe_to_wipe(services.store.chain()).safe:
        return False
    put_meta(services.db, MARK, BY_OFFICE)
    await services.restart()
    return True


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
