"""What runs beside a served console: notifier, morning round, outbox of mutual aid."""

from pathlib import Path
from zoneinfo import ZoneInfo

from hubpost.actions.aid_messages import load_key
from hubpost.actions.aid_outbox import AidOutbox
from hubpost.actions.live_settings import LiveSettings, PartnerSettings, read_live_settings
from hubpost.actions.mutual_aid import AidServer
from hubpost.actions.notifications import Notifier
from hubpost.actions.partners import agree, find_partner
from hubpost.actions.records.reminding import DailyRound
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx

#: The file in the data folder; every section of it is optional.
SETTINGS_FILE = "hubpost.toml"


class LiveServices:
    """The workers of one server, by the settings in its data folder.

    aid_server: this server as its partners know it, None when it takes part in no mutual aid.
    Raises ValueError for settings that are not as expected, before anything is started.
    """

    def __init__(
        self, store: Store, data: Path, zone: ZoneInfo, settings: LiveSettings | None = None
    ) -> None:
        known = settings or read_live_settings(data / SETTINGS_FILE)
        _require_stations(store, known.partners)
        self.aid_server: AidServer | None = None
        if known.aid_id:
            self.aid_server = AidServer(known.aid_id, load_key(data / "aid.key"))
            store.write(lambda tx: keep_partners(tx, known.partners, zone), actor="hubpost.toml")
        self._notifier = Notifier(store, known.channels)
        self._daily = DailyRound(store, zone)
        self._outbox = AidOutbox(store, self.aid_server) if self.aid_server else None

    def start(self) -> None:
        """Begin to send."""
        self._notifier.start()
        self._daily.start()
        if self._outbox is not None:
            self._outbox.start()

    def stop(self) -> None:
        """End after the messages being sent; what waits goes out after the next start."""
        self._daily.stop()
        self._notifier.stop()
        if self._outbox is not None:
            self._outbox.stop()


def keep_partners(tx: Tx, partners: tuple[PartnerSettings, ...], zone: ZoneInfo) -> int:
    """Enter the agreements of the settings that are new or changed; how many.

    An agreement that was withdrawn stays so until the file says something else about it, and one
    that is past is left to lie.
    """
    kept = 0
    for partner in partners:
        expires_at = partner.expires_at(zone)
        stated = (
            partner.name, partner.station_id, partner.public_key, partner.address, expires_at
        )  # fmt: skip
        row = find_partner(tx.conn, partner.id)
        known = row and (row.name, row.station_id, row.public_key, row.address, row.expires_at)
        if known == stated or expires_at <= tx.now:
            continue
        agree(
            tx,
            partner.id,
            partner.name,
            partner.station_id,
            expires_at=expires_at,
            public_key=partner.public_key,
            address=partner.address,
        )
        kept += 1
    return kept


def _require_stations(store: Store, partners: tuple[PartnerSettings, ...]) -> None:
    stations = store.board.stations
    unknown = [p for p in partners if p.station_id not in stations]
    if unknown:
        said = ", ".join(f"{p.station_id} of partner {p.id}" for p in unknown)
        raise ValueError(
            f"{SETTINGS_FILE}, [[aid.partner]] station: expected the id of one of our stations "
            f"({', '.join(list(stations)[:5])}, …), came {said}."
        )
