"""Every column of text that is not sealed: does it tell of a person, and if so, why it stays open.

With storage/sealed.py this names each column that could hold a text; a test fails when a new one
is in neither, so that nobody adds a personal column without saying what becomes of it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """A column that tells of a person and is not sealed, and why."""

    table: str
    column: str
    data: str
    why: str


_PROOF = "proof of who did what: the chain of the log seals the text itself"
_SIGN = "members of staff by their sign, needed for lists; names lie sealed elsewhere"

_HASHED = "cannot be read without the key"

#: Personal, and open.
OPEN_PERSONAL = (
    OpenColumn("audit", "actor", "who did it: a member of staff as shown", _PROOF),
    OpenColumn("audit", "subject", "id of what it was done to", _PROOF),
    OpenColumn("audit", "body", "facts without names; reasons of settings changed", _PROOF),
    OpenColumn("event", "actor", "a member of staff as shown", "needed to follow each change"),
    OpenColumn("record_event", "actor", "a member of staff", "needed to follow each change"),
    OpenColumn("decision", "actor", "a member of staff", "needed to follow each change"),
    OpenColumn("reply", "actor", "a member of staff", "needed to answer the same request alike"),
    OpenColumn("record_link", "actor", "a member of staff", "needed to follow each change"),
    OpenColumn("tombstone", "actor", "a member of staff", "proof of a deletion"),
    OpenColumn("person_view", "actor", "a member of staff", "proof of who looked"),
    OpenColumn("record_batch", "actor", "a member of staff", "who may take an import back"),
    OpenColumn("record_batch", "file", "name of a file somebody sent", "told beside the import"),
    OpenColumn("record", "owner_id", "a member of staff's sign", _SIGN),
    OpenColumn("plan", "signed_by", "a member of staff", "who answers for the plan"),
    OpenColumn("plan", "reason", "why a plan was signed", "part of the signed plan"),
    OpenColumn("plan", "body", "stations and hours, no persons", "part of the signed plan"),
    OpenColumn("partner", "agreed_by", "a member of staff", "who answers for the agreement"),
    OpenColumn("account", "name", "sign-in name of a member of staff", "looked up at each sign-in"),
    OpenColumn("account", "oidc_subject", "id at the provider", "looked up at each sign-in"),
    OpenColumn("session", "device", "browser of a member of staff", "shown in the list of devices"),
    OpenColumn("api_token", "purpose", "what a program is for", "shown in the list of tokens"),
    OpenColumn("call", "caller_key", "keyed hash of a caller's number", _HASHED),
    OpenColumn("record_person", "name_index", "keyed hash of a name", _HASHED),
    OpenColumn("record_person", "phone_index", "keyed hash of a number", _HASHED),
    OpenColumn("member_link", "member_id", "id of a member of a minimum unit", _SIGN),
    OpenColumn("contact", "id", "id of a member or of staff", _SIGN),
    OpenColumn("delivery", "channel", "id of a member or of staff", _SIGN),
    OpenColumn("delivery", "error", "what a gateway answered", "needed to mend it; purged with it"),
    OpenColumn("aid_message", "error", "what a partner's server answered", "needed to mend it"),
)  # fmt: skip

#: Not personal: ids made here, codes, places of the county, and hashes of secrets.
NOT_PERSONAL = {
    "account": ("id", "password_hash", "totp_sealed"),
    "aid_link": ("token_hash", "aid_id"),
    "aid_message": ("partner_id", "message_id"),
    "area": ("id", "name", "station_id", "body"),
    "audit": ("action", "previous_hash", "hash"),
    "call": ("id", "day", "number", "category", "station_id", "area_id", "state", "mode",
             "source", "room_id", "merged_into"),
    "decision": ("call_id", "rule", "chosen_unit_id"),
    "delivery": ("state",),
    "event": ("kind", "call_id", "unit_id"),
    "landmark": ("name", "road", "area_id"),
    "member_link": ("code_hash",),
    "partner": ("id", "name", "station_id", "public_key", "address"),
    "person_view": ("record_id", "key", "purpose"),
    "photo": ("id", "call_id", "unit_id", "purpose", "sha256"),
    "plan": ("id",),
    "record": ("id", "kind", "number", "state", "station_id", "area_id", "category", "batch_id"),
    "record_batch": ("id", "kind", "sha256", "state"),
    "record_event": ("kind", "record_id", "move"),
    "record_link": ("from_kind", "from_id", "to_kind", "to_id", "relation"),
    "record_number": ("kind",),
    "record_person": ("record_id", "key", "kind"),
    "reply": ("key", "fingerprint"),
    "response": ("call_id", "unit_id"),
    "setting": ("key",),
    "tombstone": ("record_id", "key", "kind", "what", "rule"),
    "unit": ("id", "name", "station_id", "activity", "call_id", "covering_id"),
    "access_grant": ("id", "account_id", "role", "scope_kind", "scope_id"),
    "api_token": ("token_hash", "id", "account_id"),
    "session": ("token_hash", "account_id"),
    "sign_up_link": ("token_hash", "account_id"),
}  # fmt: skip
