# ruff: noqa: E501
"""GB/T 22239-2019, level 3, general requirements: each control, and how it stands with Hubpost.

Requirements are told in our own words, one line each; the standard's text is what counts.
Braces name figures of the settings; tests name what proves the row.
"""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How a control stands: met here, in part, the county's duty, or not met."""

    MET = "met"
    PART = "in part"
    COUNTY = "county's duty"
    NOT_MET = "not met"


@dataclass(frozen=True, slots=True)
class Control:
    """One control: number and name in the standard, how it is met, what proves it, what is left.

    left: what the county has to do, or what is missing; "" for nothing.
    """

    number: str
    name: str
    standing: Standing
    how: str
    tests: tuple[str, ...] = ()
    left: str = ""


_M, _P, _C, _N = Standing.MET, Standing.PART, Standing.COUNTY, Standing.NOT_MET

CONTROLS = (
    Control("8.1.1", "安全物理环境 physical environment", _C, "Hubpost is a program; it has no building.",
            left="Site, access, power, fire, damp and theft of the room where the server stands."),
    Control("8.1.2.1", "网络架构 network structure", _C, "Served on {host} unless told otherwise; a reverse proxy is the only way in (`deploy/`).",
            left="Zones, spare lines and bandwidth."),
    Control("8.1.2.2", "通信传输 transmission", _P, "Beyond the machine no password is taken without https; the session cookie is Secure.",
            ("tests/gate/test_signing_in.py::test_beyond_this_machine_the_cookie_is_secure_and_unencrypted_signing_in_is_refused",),
            "The certificate; commercial cryptography (商用密码) as the county's assessment asks: AES and SHA-2 are used here, not SM4 and SM3."),
    Control("8.1.2.3 / 8.1.3.6 / 8.1.4.6", "可信验证 trusted verification", _N, "Hubpost does not verify the machine it starts on.",
            left="Trusted boot of the machines; `make sbom` lists what is installed."),
    Control("8.1.3.1", "边界防护 boundary", _P, "Only named hosts are answered; requests of foreign pages are refused.",
            ("tests/web/test_rights_and_guard.py::test_a_foreign_host_is_refused", "tests/web/test_rights_and_guard.py::test_a_foreign_page_cannot_post"),
            "Firewalls, and no unknown device or wireless bridge on the network."),
    Control("8.1.3.2", "访问控制 access at the boundary", _C, "One port is listened on.", left="Rules of the firewall, default deny."),
    Control("8.1.3.3 / 8.1.4.4", "入侵防范 intrusion", _P, "Attempts are slowed ({sign_in_account} by name, {sign_in_address} by address, {public_address} for the public); no inline script; uploads are judged by content and size ({upload_mb} MB).",
            ("tests/gate/test_signing_in.py::test_a_wrong_password_is_told_in_words_and_is_in_the_log_without_the_password", "tests/web/test_rights_and_guard.py::test_every_answer_carries_the_strict_policy"),
            "Detection at network nodes; patches of system and libraries in time."),
    Control("8.1.3.4 / 8.1.4.5", "恶意代码防范 malicious code", _C, "Workbooks with macros are refused; nothing that is sent is ever run.",
            left="Protection on servers and desks."),
    Control("8.1.3.5", "安全审计 audit at the boundary", _C, "Requests can be logged as JSON without addresses or persons (`serve --log json`).", left="Logs of firewall and proxy."),
    Control("8.1.4.1 a", "身份鉴别 identity: unique, hard to guess, changed", _P, "One account a person; passwords of {min_length} to {max_length} characters, kept as argon2id; guessable ones are refused.",
            ("tests/identity/test_sign_in.py::test_guessable_passwords_are_refused", "tests/identity/test_sign_in.py::test_password_hashes_are_salted_argon2id"),
            "Passwords do not run out by themselves; where an assessor asks for it, use single sign-on, or order the change."),
    Control("8.1.4.1 b", "身份鉴别 failures and time-out", _M, "{max_failures} failures lock for {locked_minutes} minutes; a session ends after {idle_minutes} minutes idle and {absolute_hours} hours in any case.",
            ("tests/identity/test_sign_in.py::test_five_wrong_attempts_lock_the_account_even_for_the_right_password", "tests/identity/test_sign_in.py::test_a_session_ends_when_idle_and_when_old_whatever_is_done_with_it", "tests/gate/test_signing_in.py::test_a_stolen_cookie_opens_nothing_after_sign_out")),
    Control("8.1.4.1 c", "身份鉴别 no eavesdropping in remote management", _P, "Secrets are hashed or sealed; see 8.1.2.2.",
            ("tests/identity/test_sign_in.py::test_a_stolen_token_is_worth_nothing_after_sign_out_nor_from_the_database",), "https, and SSH for the machines."),
    Control("8.1.4.1 d", "身份鉴别 two factors, one of them cryptographic", _P, "One-time codes (TOTP) beside the password; single sign-on: {oidc}.",
            ("tests/identity/test_sign_in.py::test_one_time_codes_are_asked_for_taken_once_and_kept_sealed",),
            "Codes are each person's choice, not forced. Order them for administrators, or use single sign-on with the police certificate (数字证书)."),
    Control("8.1.4.2", "访问控制 access: roles, least right, separation, by subject and object", _M, "{roles} roles × {rights} rights within county, group, station, grid or partner, from one moment to another; a route without a right does not start. No account is made with a usual password.",
            ("tests/gate/test_matrix.py::test_a_route_is_open_exactly_to_whom_the_tables_say", "tests/gate/test_reach.py::test_an_expired_secondment_is_refused_though_the_session_lives", "tests/gate/test_reach.py::test_a_border_partner_asking_for_another_case_is_refused", "tests/web/test_rights_and_guard.py::test_an_app_with_an_undeclared_route_does_not_start"),
            "Close accounts of those who leave. Security labels (敏感标记) are by kind of data and right, not by a label on each row."),
    Control("8.1.4.3 a, b", "安全审计 audit: every user, who, when, what, outcome", _M, "Each change, each look at a person and each look at the log is a row of the log.",
            ("tests/identity/test_sign_in.py::test_every_change_to_identity_is_in_the_audit_chain", "tests/gate/test_reach.py::test_looking_at_a_persons_details_needs_a_purpose_and_is_in_the_chain")),
    Control("8.1.4.3 c", "安全审计 protected, backed up", _M, "Rows are chained by SHA-256; `hubpost verify-log` names the first one that was changed, lost or moved; the log is part of every backup and is never purged.",
            ("tests/storage/test_store.py::test_a_changed_or_missing_audit_row_is_found_and_named", "tests/storage/test_store.py::test_a_cut_off_audit_tail_shows_against_a_noted_seal", "tests/protection/test_checkpoints.py::test_a_log_written_anew_from_its_beginning_is_told", "tests/gate/test_reach.py::test_a_tampered_log_is_told_on_the_auditors_page"),
            "Keep checkpoints elsewhere (`hubpost checkpoint --to FOLDER`, or printed): only against one does a log cut short show."),
    Control("8.1.4.3 d", "安全审计 the audit itself cannot be switched off", _M, "There is no setting for it; what cannot be logged is not done.",
            ("tests/gate/test_disk_full.py::test_with_a_full_disk_one_may_look_but_not_save_and_with_room_all_works_again",)),
    Control("8.1.4.7", "数据完整性 integrity", _P, "Sealed values are authenticated and bound to their row (AES-256-GCM); backups are authenticated (age); the log is chained.",
            ("tests/protection/test_sealing.py::test_a_value_moved_to_another_row_is_refused", "tests/storage/test_backup.py::test_a_tampered_or_foreign_backup_is_refused"),
            "Columns that are not sealed are protected by the rights of the database alone."),
    Control("8.1.4.8", "数据保密性 confidentiality", _M, "{sealed_columns} columns are sealed at rest, with keys apart from the database (`hubpost keys`); backups are encrypted.",
            ("tests/protection/test_sealing.py::test_nothing_planted_by_any_way_in_can_be_read_in_the_files", "tests/storage/test_backup.py::test_the_backup_cannot_be_read_without_the_identity"),
            "Keep the key file away from backups. An assessor may ask for SM4: not offered."),
    Control("8.1.4.9 a, b", "数据备份恢复 local and remote backup", _P, "`hubpost backup` while serving; `hubpost restore --drill` rehearses it.",
            ("tests/storage/test_backup.py::test_what_is_restored_is_what_was_backed_up_and_goes_on_working", "tests/storage/test_backup.py::test_a_backup_taken_while_others_write_is_of_one_moment"),
            "A timer, another place, and the rehearsal."),
    Control("8.1.4.9 c", "数据备份恢复 hot spare", _C, "Several processes on PostgreSQL.", left="A standby of PostgreSQL and a second machine."),
    Control("8.1.4.10", "剩余信息保护 residual information", _M, "A purge rewrites the files; no byte of what was deleted stays in the database's own files.",
            ("tests/records/test_purging.py::test_no_byte_of_a_purged_name_is_left_in_the_files",),
            "Backups and PostgreSQL's archived log of before; discs that are given away."),
    Control("8.1.4.11", "个人信息保护 personal information", _M, "Only what is needed is kept, identity numbers are not; read masked, in full one at a time for a purpose that is logged.",
            ("tests/records/test_personal.py::test_details_are_given_for_a_purpose_that_is_logged_in_the_same_commit", "tests/records/test_personal.py::test_no_identity_number_survives_between_any_texts", "tests/protection/test_subjects.py::test_everything_of_the_person_is_found_and_nothing_of_others")),
    Control("8.1.5.1–8.1.5.3", "系统、审计、安全管理 three kinds of administration", _P, "Administrator and auditor are roles of their own: the auditor changes nothing, the administrator does not see the log.",
            ("tests/gate/test_matrix.py::test_a_route_is_open_exactly_to_whom_the_tables_say",),
            "No role of its own for security administration: do not give one person both roles."),
    Control("8.1.5.4", "集中管控 central control", _P, "`/healthz`, `/readyz`, `/metrics`; logs as JSON.",
            ("tests/gate/test_reach.py::test_the_figures_of_the_process_are_for_this_machine_or_a_right",),
            "A place where all of it comes together, kept for six months at least (网络安全法 Art. 21)."),
    Control("8.1.6–8.1.8", "安全管理制度、机构、人员 rules, bodies, people", _C, "None of this is a program's.", left="Rules, posts, training, leavers, visitors."),
    Control("8.1.9", "安全建设管理 building", _P, "Locked dependencies by hash, licences checked, bill of materials (`make sbom`), tests anyone can run.",
            ("tests/gate/test_sbom.py::test_the_bill_as_written_names_what_runs_and_no_tool_under_licences_that_may_be_shipped",),
            "Grading, filing (备案), assessment before use, and once a year after."),
    Control("8.1.10", "安全运维管理 operation", _C, "Handbook, backup, drill, change of keys, upgrade with a way back.",
            ("tests/storage/test_migrations.py::test_every_migration_can_be_undone_and_done_again",),
            "Who does it, when, and what in an emergency."),
)  # fmt: skip
