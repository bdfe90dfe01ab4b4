BEGIN TRANSACTION;
CREATE TABLE access_grant (
	id TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	role TEXT NOT NULL, 
	scope_kind TEXT NOT NULL, 
	scope_id TEXT NOT NULL, 
	valid_from DATETIME, 
	valid_to DATETIME, 
	revoked_at DATETIME, 
	CONSTRAINT pk_access_grant PRIMARY KEY (id), 
	FOREIGN KEY(account_id) REFERENCES account (id)
);
INSERT INTO "access_grant" VALUES('k1','k1','k1','k1','k1','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000');
INSERT INTO "access_grant" VALUES('k2','k2','k2','k2','k2','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000');
CREATE TABLE account (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	display_name TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	disabled_at DATETIME, 
	password_hash TEXT, 
	totp_sealed TEXT, 
	totp_confirmed BOOLEAN DEFAULT 0 NOT NULL, 
	totp_last_step INTEGER, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	locked_until DATETIME, 
	oidc_subject TEXT, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT uq_account_name UNIQUE (name), 
	CONSTRAINT uq_account_oidc_subject UNIQUE (oidc_subject)
);
INSERT INTO "account" VALUES('k1','k1','k1','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000','k1','k1',1,1,1,'2026-03-01 08:30:00.250000','k1');
INSERT INTO "account" VALUES('k2','k2','k2','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000','k2','k2',0,2,2,'2026-03-02 08:30:00.250000','k2');
CREATE TABLE aid_link (
	token_hash TEXT NOT NULL, 
	aid_id TEXT NOT NULL, 
	made_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	revoked_at DATETIME, 
	opened INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_aid_link PRIMARY KEY (token_hash)
);
INSERT INTO "aid_link" VALUES('k1','k1','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000',1);
INSERT INTO "aid_link" VALUES('k2','k2','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000',2);
CREATE TABLE aid_message (
	partner_id TEXT NOT NULL, 
	message_id TEXT NOT NULL, 
	outgoing BOOLEAN NOT NULL, 
	at DATETIME NOT NULL, 
	body TEXT NOT NULL, 
	sent_at DATETIME, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	error TEXT, 
	CONSTRAINT pk_aid_message PRIMARY KEY (partner_id, message_id, outgoing)
);
INSERT INTO "aid_message" VALUES('k1','k1',1,'2026-03-01 08:30:00.250000','{"note":"说明1"}','2026-03-01 08:30:00.250000',1,'k1');
INSERT INTO "aid_message" VALUES('k2','k2',0,'2026-03-02 08:30:00.250000','{"note":"说明2"}','2026-03-02 08:30:00.250000',2,'k2');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE api_token (
	token_hash TEXT NOT NULL, 
	id TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	revoked_at DATETIME, 
	CONSTRAINT pk_api_token PRIMARY KEY (token_hash), 
	FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT uq_api_token_id UNIQUE (id)
);
INSERT INTO "api_token" VALUES('k1','k1','k1','k1','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000');
INSERT INTO "api_token" VALUES('k2','k2','k2','k2','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000');
CREATE TABLE area (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	station_id TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_area PRIMARY KEY (id)
);
INSERT INTO "area" VALUES('k1','k1','k1','{"note":"说明1"}');
INSERT INTO "area" VALUES('k2','k2','k2','{"note":"说明2"}');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor TEXT NOT NULL, 
	action TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	body TEXT NOT NULL, 
	previous_hash TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,'2026-11-24 16:00:59.963182','警员','StationOpened','','{"event_id":1}','0000000000000000000000000000000000000000000000000000000000000000','12f3e8b25672b40f48b1aeb757afb1e201cc54df1348c9709baf647a5f6a3262');
INSERT INTO "audit" VALUES(2,'2026-11-24 16:00:59.963182','警员','StationOpened','','{"event_id":2}','12f3e8b25672b40f48b1aeb757afb1e201cc54df1348c9709baf647a5f6a3262','bd10b02412144e61452340e100c9c46a7c4237ea9470fd04b24bb3691db84676');
INSERT INTO "audit" VALUES(3,'2026-11-24 16:00:59.963182','警员','StationOpened','','{"event_id":3}','bd10b02412144e61452340e100c9c46a7c4237ea9470fd04b24bb3691db84676','c2ddb7905a5513739ad60af03eb8eeac2d15f8e58ca1ca7e17d2185cfc4326f4');
INSERT INTO "audit" VALUES(4,'2026-11-24 16:00:59.963182','警员','StationOpened','','{"event_id":4}','c2ddb7905a5513739ad60af03eb8eeac2d15f8e58ca1ca7e17d2185cfc4326f4','3e68a87e4cc653635747326688b5e4c3522ace97215fb6bbec934b28699d0606');
INSERT INTO "audit" VALUES(5,'2026-11-24 16:00:59.963182','警员','UnitJoined','Z1','{"event_id":5}','3e68a87e4cc653635747326688b5e4c3522ace97215fb6bbec934b28699d0606','7c5c5aec33bb0479306e7fec80b4deb0e9524464a9119fa3cbda85e4417f2f61');
INSERT INTO "audit" VALUES(6,'2026-11-24 16:00:59.963182','警员','UnitJoined','S1','{"event_id":6}','7c5c5aec33bb0479306e7fec80b4deb0e9524464a9119fa3cbda85e4417f2f61','b57cc989a7aa175422459a8629bff3e807f57e005acf77788a181156bc841aa6');
INSERT INTO "audit" VALUES(7,'2026-11-24 16:00:59.963182','警员','UnitJoined','T1','{"event_id":7}','b57cc989a7aa175422459a8629bff3e807f57e005acf77788a181156bc841aa6','bcd4cb67cae74e1fa425cb774a08db65064e3d3920a5cacbd349e8d7976005e1');
INSERT INTO "audit" VALUES(8,'2026-11-24 16:00:59.963182','警员','UnitJoined','F1','{"event_id":8}','bcd4cb67cae74e1fa425cb774a08db65064e3d3920a5cacbd349e8d7976005e1','0eb484c3725e1555f38d0308642a9cec607fce7f46d74978dbec2b86e926937b');
INSERT INTO "audit" VALUES(9,'2026-11-24 16:00:59.963182','警员','GroupsFormed','','{"event_id":9}','0eb484c3725e1555f38d0308642a9cec607fce7f46d74978dbec2b86e926937b','f9cef9bbcedb7eaf70ce9c8f074ca83b1edb63469aa2f137aa0c95a392853213');
INSERT INTO "audit" VALUES(10,'2026-11-24 16:00:59.970628','警员','CallReceived','c1','{"event_id":10}','f9cef9bbcedb7eaf70ce9c8f074ca83b1edb63469aa2f137aa0c95a392853213','63e23b46d52a049a1dadd0a4f072d6ab6a295cf7cfa0e07a7e22b0733aa018ec');
INSERT INTO "audit" VALUES(11,'2026-11-24 16:00:59.982700','警员','UnitAssigned','c1','{"event_id":11}','63e23b46d52a049a1dadd0a4f072d6ab6a295cf7cfa0e07a7e22b0733aa018ec','18774274cc8c444392ef92fb2e9079bcc29df2a3b16a67f7a4915978e66ab285');
INSERT INTO "audit" VALUES(12,'2026-11-24 16:00:59.982700','警员','UnitAcknowledged','c1','{"event_id":12}','18774274cc8c444392ef92fb2e9079bcc29df2a3b16a67f7a4915978e66ab285','5345a1edd861eeaa904b31ea3f583cd79b936799c1e58b55dc184ad97d391690');
INSERT INTO "audit" VALUES(13,'2026-11-24 16:00:59.982700','警员','UnitEnRoute','c1','{"event_id":13}','5345a1edd861eeaa904b31ea3f583cd79b936799c1e58b55dc184ad97d391690','f0f2169d71315dc3887e54bd43ded6ec759f03c9064b8fdf0159d5b9c885d0ad');
INSERT INTO "audit" VALUES(14,'2026-11-24 16:00:59.982700','警员','UnitArrived','c1','{"event_id":14}','f0f2169d71315dc3887e54bd43ded6ec759f03c9064b8fdf0159d5b9c885d0ad','6ae1a93f40ccc69f6f18e88e08517a7556c7b909d2dff4d8dc2f120ffe0add36');
INSERT INTO "audit" VALUES(15,'2026-11-24 16:00:59.982700','警员','UnitCleared','c1','{"event_id":15}','6ae1a93f40ccc69f6f18e88e08517a7556c7b909d2dff4d8dc2f120ffe0add36','bc1955e264ff435ed53bb7c5527e2d5024bcff69862bb45d29d51bdf42da21a0');
CREATE TABLE "call" (
	id TEXT NOT NULL, 
	day TEXT NOT NULL, 
	number_in_day INTEGER NOT NULL, 
	number TEXT NOT NULL, 
	received_at DATETIME NOT NULL, 
	category TEXT NOT NULL, 
	priority INTEGER NOT NULL, 
	lon FLOAT NOT NULL, 
	lat FLOAT NOT NULL, 
	station_id TEXT NOT NULL, 
	area_id TEXT, 
	place_text TEXT NOT NULL, 
	note TEXT NOT NULL, 
	confirmed BOOLEAN NOT NULL, 
	units_needed INTEGER NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	state TEXT NOT NULL, 
	closed_at DATETIME, 
	outcome TEXT, 
	struck_through BOOLEAN DEFAULT 0 NOT NULL, 
	mode TEXT DEFAULT 'live' NOT NULL, 
	due_at DATETIME, 
	danger BOOLEAN DEFAULT 0 NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	caller_masked TEXT, 
	caller_key TEXT, 
	tier INTEGER DEFAULT '0' NOT NULL, 
	room_id TEXT, 
	merged_into TEXT, 
	member_first_at DATETIME, 
	CONSTRAINT pk_call PRIMARY KEY (id), 
	CONSTRAINT uq_call_number_in_day UNIQUE (day, number_in_day)
);
INSERT INTO "call" VALUES('c1','20260301',1,'20260301-0001','2026-03-01 12:00:00.000000','assistance',2,108.72,29.26,'Z',NULL,'','',0,1,0,'units_cleared',NULL,NULL,0,'live',NULL,0,'',NULL,NULL,0,'Z',NULL,NULL);
CREATE TABLE contact (
	id TEXT NOT NULL, 
	address TEXT NOT NULL, 
	CONSTRAINT pk_contact PRIMARY KEY (id)
);
INSERT INTO "contact" VALUES('k1','k1');
INSERT INTO "contact" VALUES('k2','k2');
CREATE TABLE decision (
	id INTEGER NOT NULL, 
	call_id TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	actor TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	seen_event_id INTEGER NOT NULL, 
	chosen_unit_id TEXT, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_decision PRIMARY KEY (id)
);
INSERT INTO "decision" VALUES(1,'k1','2026-03-01 08:30:00.250000','k1','k1',1,'k1','{"note":"说明1"}');
INSERT INTO "decision" VALUES(2,'k2','2026-03-02 08:30:00.250000','k2','k2',2,'k2','{"note":"说明2"}');
CREATE TABLE delivery (
	id INTEGER NOT NULL, 
	event_id INTEGER NOT NULL, 
	channel TEXT NOT NULL, 
	title TEXT NOT NULL, 
	body TEXT NOT NULL, 
	queued_at DATETIME NOT NULL, 
	next_at DATETIME NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	state TEXT DEFAULT 'waiting' NOT NULL, 
	done_at DATETIME, 
	error TEXT, 
	CONSTRAINT pk_delivery PRIMARY KEY (id), 
	CONSTRAINT uq_delivery_event_channel UNIQUE (event_id, channel)
);
INSERT INTO "delivery" VALUES(1,1,'k1','k1','{"note":"说明1"}','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000',1,'k1','2026-03-01 08:30:00.250000','k1');
INSERT INTO "delivery" VALUES(2,2,'k2','k2','{"note":"说明2"}','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000',2,'k2','2026-03-02 08:30:00.250000','k2');
CREATE TABLE event (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	kind TEXT NOT NULL, 
	call_id TEXT, 
	unit_id TEXT, 
	actor TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_event PRIMARY KEY (id)
);
INSERT INTO "event" VALUES(1,'2026-03-01 12:00:00.000000','2026-11-24 16:00:59.963182','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"Z","name":"Z station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":["S","T"]}');
INSERT INTO "event" VALUES(2,'2026-03-01 12:00:00.000000','2026-11-24 16:00:59.963182','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"S","name":"S station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":["Z"]}');
INSERT INTO "event" VALUES(3,'2026-03-01 12:00:00.000000','2026-11-24 16:00:59.963182','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"T","name":"T station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":["Z"]}');
INSERT INTO "event" VALUES(4,'2026-03-01 12:00:00.000000','2026-11-24 16:00:59.963182','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"F","name":"F station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":[]}');
INSERT INTO "event" VALUES(5,'2026-03-01 12:00:00.000000','2026-11-24 16:00:59.963182','UnitJoined',NULL,'Z1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"Z1","name":"Z1","station_id":"Z","turnout_s":120.0,"crew":null,"skills":[]}}');
INSERT INTO "event" VALUES(6,'2026-03-01 12:00:00.000000','2026-11-24 16:00:59.963182','UnitJoined',NULL,'S1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"S1","name":"S1","station_id":"S","turnout_s":120.0,"crew":null,"skills":[]}}');
INSERT INTO "event" VALUES(7,'2026-03-01 12:00:00.000000','2026-11-24 16:00:59.963182','UnitJoined',NULL,'T1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"T1","name":"T1","station_id":"T","turnout_s":120.0,"crew":null,"skills":[]}}');
INSERT INTO "event" VALUES(8,'2026-03-01 12:00:00.000000','2026-11-24 16:00:59.963182','UnitJoined',NULL,'F1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"F1","name":"F1","station_id":"F","turnout_s":120.0,"crew":null,"skills":[]}}');
INSERT INTO "event" VALUES(9,'2026-03-01 12:00:00.000000','2026-11-24 16:00:59.963182','GroupsFormed',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","groups":[{"hub_id":"Z","base_ids":["S"]},{"hub_id":"T","base_ids":[]}],"plan_id":""}');
INSERT INTO "event" VALUES(10,'2026-03-01 12:00:00.000000','2026-11-24 16:00:59.970628','CallReceived','c1',NULL,'警员','s1.15424cc8.YKXjLbzL5tl5xctAsxbcyJdfk1AyrxMdzMGOcSwZXN0wObnr8nNdB4AAbPZgJvvtDhC23lAGxF0OpWGOXFCuOFbJnyZC4mksmOW8UF4kxMeuf3Hjm9o8amtT9Ntn+YglX901DQxUEkDR1bwRY3dCtpLZ+orDxHRNEwihsOCSbqdPZZ8H6Yv+jxfrJnQd6Xcavzqsgs3OuxXeOjjkHzeOVOELgDXMbBBGud1PDcTT0DhYeuxQ1x19K6TH+BhQX4wJ6IZ+nhK+PYrz/8ZO5koZJS0jXxRAnCBzwXjtQ4PIJYThAkPWfzQUJInMlCTkwPfLBVd44B/ljVoNuciCXKFi28PTJc6QxNvRB7vgaw3ed1v5nSLZIYlCFahQNjqamGFKRB1gYvrGHkIXNUoXh0ki6tGr2YIG4nV8ElpXZZi6hykleGHx4OBeulDsYoFtj9oyub6u3WpC/aOTeKi+vnkPDi4iAQdBmoUay7X44LC6GIeMvERcln00sW0rgj7VrCwmDQm9aHFCK9opALtW9jM=');
INSERT INTO "event" VALUES(11,'2026-03-01 12:01:00.000000','2026-11-24 16:00:59.982700','UnitAssigned','c1','S1','警员','{"at":"2026-03-01T12:01:00Z","call_id":"c1","unit_id":"S1","predicted_arrival_at":"2026-03-01T12:11:00Z","override_reason":null}');
INSERT INTO "event" VALUES(12,'2026-03-01 12:01:30.000000','2026-11-24 16:00:59.982700','UnitAcknowledged','c1','S1','警员','{"at":"2026-03-01T12:01:30Z","call_id":"c1","unit_id":"S1"}');
INSERT INTO "event" VALUES(13,'2026-03-01 12:02:00.000000','2026-11-24 16:00:59.982700','UnitEnRoute','c1','S1','警员','{"at":"2026-03-01T12:02:00Z","call_id":"c1","unit_id":"S1"}');
INSERT INTO "event" VALUES(14,'2026-03-01 12:12:00.000000','2026-11-24 16:00:59.982700','UnitArrived','c1','S1','警员','{"at":"2026-03-01T12:12:00Z","call_id":"c1","unit_id":"S1"}');
INSERT INTO "event" VALUES(15,'2026-03-01 12:40:00.000000','2026-11-24 16:00:59.982700','UnitCleared','c1','S1','警员','{"at":"2026-03-01T12:40:00Z","call_id":"c1","unit_id":"S1"}');
CREATE TABLE landmark (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	lon FLOAT NOT NULL, 
	lat FLOAT NOT NULL, 
	road TEXT, 
	km FLOAT, 
	area_id TEXT, 
	CONSTRAINT pk_landmark PRIMARY KEY (id)
);
INSERT INTO "landmark" VALUES(1,'k1',109.5,109.5,'k1',109.5,'k1');
INSERT INTO "landmark" VALUES(2,'k2',110.5,110.5,'k2',110.5,'k2');
CREATE TABLE member_link (
	code_hash TEXT NOT NULL, 
	member_id TEXT NOT NULL, 
	made_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	revoked_at DATETIME, 
	CONSTRAINT pk_member_link PRIMARY KEY (code_hash)
);
INSERT INTO "member_link" VALUES('k1','k1','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000');
INSERT INTO "member_link" VALUES('k2','k2','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000');
CREATE TABLE partner (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	station_id TEXT NOT NULL, 
	public_key TEXT, 
	address TEXT, 
	agreed_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	withdrawn_at DATETIME, 
	agreed_by TEXT NOT NULL, 
	CONSTRAINT pk_partner PRIMARY KEY (id)
);
INSERT INTO "partner" VALUES('k1','k1','k1','k1','k1','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000','k1');
INSERT INTO "partner" VALUES('k2','k2','k2','k2','k2','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000','k2');
CREATE TABLE person_view (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor TEXT NOT NULL, 
	record_id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_person_view PRIMARY KEY (id)
);
INSERT INTO "person_view" VALUES(1,'2026-03-01 08:30:00.250000','k1','k1','k1','k1','k1');
INSERT INTO "person_view" VALUES(2,'2026-03-02 08:30:00.250000','k2','k2','k2','k2','k2');
CREATE TABLE photo (
	id TEXT NOT NULL, 
	call_id TEXT NOT NULL, 
	unit_id TEXT NOT NULL, 
	taken_at DATETIME NOT NULL, 
	received_at DATETIME NOT NULL, 
	purpose TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	body BLOB, 
	expires_at DATETIME NOT NULL, 
	purged_at DATETIME, 
	CONSTRAINT pk_photo PRIMARY KEY (id)
);
INSERT INTO "photo" VALUES('k1','k1','k1','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000','k1','k1',1,X'0001FF','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000');
INSERT INTO "photo" VALUES('k2','k2','k2','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000','k2','k2',2,X'0002FF','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000');
CREATE TABLE "plan" (
	id TEXT NOT NULL, 
	signed_at DATETIME NOT NULL, 
	signed_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_plan PRIMARY KEY (id)
);
INSERT INTO "plan" VALUES('k1','2026-03-01 08:30:00.250000','k1','k1','{"note":"说明1"}');
INSERT INTO "plan" VALUES('k2','2026-03-02 08:30:00.250000','k2','k2','{"note":"说明2"}');
CREATE TABLE record (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	number TEXT NOT NULL, 
	state TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	station_id TEXT NOT NULL, 
	area_id TEXT, 
	owner_id TEXT NOT NULL, 
	category TEXT NOT NULL, 
	opened_at DATETIME NOT NULL, 
	due_at DATETIME, 
	closed_at DATETIME, 
	synthetic BOOLEAN NOT NULL, 
	batch_id TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_record PRIMARY KEY (seq), 
	CONSTRAINT uq_record_id UNIQUE (id)
);
INSERT INTO "record" VALUES(1,'k1','dispute','k1','k1',1,'k1','k1','k1','k1','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000',1,'k1','{"note":"说明1"}');
INSERT INTO "record" VALUES(2,'k2','dispute','k2','k2',2,'k2','k2','k2','k2','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000',0,'k2','{"note":"说明2"}');
CREATE TABLE record_batch (
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	file TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	state TEXT NOT NULL, 
	rows INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor TEXT NOT NULL, 
	CONSTRAINT pk_record_batch PRIMARY KEY (id)
);
INSERT INTO "record_batch" VALUES('k1','dispute','k1','k1','k1',1,'2026-03-01 08:30:00.250000','k1');
INSERT INTO "record_batch" VALUES('k2','dispute','k2','k2','k2',2,'2026-03-02 08:30:00.250000','k2');
CREATE TABLE record_event (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	record_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	actor TEXT NOT NULL, 
	move TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_record_event PRIMARY KEY (id), 
	CONSTRAINT uq_record_event_version UNIQUE (record_id, version)
);
INSERT INTO "record_event" VALUES(1,'dispute','k1',1,'2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000','k1','k1','{"note":"说明1"}');
INSERT INTO "record_event" VALUES(2,'dispute','k2',2,'2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000','k2','k2','{"note":"说明2"}');
CREATE TABLE record_link (
	from_kind TEXT NOT NULL, 
	from_id TEXT NOT NULL, 
	to_kind TEXT NOT NULL, 
	to_id TEXT NOT NULL, 
	relation TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	actor TEXT NOT NULL, 
	CONSTRAINT pk_record_link PRIMARY KEY (from_kind, from_id, to_kind, to_id)
);
INSERT INTO "record_link" VALUES('k1','k1','k1','k1','k1','2026-03-01 08:30:00.250000','k1');
INSERT INTO "record_link" VALUES('k2','k2','k2','k2','k2','2026-03-02 08:30:00.250000','k2');
CREATE TABLE record_number (
	kind TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	CONSTRAINT pk_record_number PRIMARY KEY (kind, year)
);
INSERT INTO "record_number" VALUES('dispute',1,1);
INSERT INTO "record_number" VALUES('dispute',2,2);
CREATE TABLE record_person (
	record_id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	phone TEXT NOT NULL, 
	address TEXT NOT NULL, 
	retain_until DATETIME, name_index TEXT DEFAULT '' NOT NULL, phone_index TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_record_person PRIMARY KEY (record_id, "key")
);
INSERT INTO "record_person" VALUES('k1','k1','dispute','k1','k1','k1','2026-03-01 08:30:00.250000','k1','k1');
INSERT INTO "record_person" VALUES('k2','k2','dispute','k2','k2','k2','2026-03-02 08:30:00.250000','k2','k2');
CREATE TABLE reply (
	"key" TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	actor TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_reply PRIMARY KEY ("key")
);
INSERT INTO "reply" VALUES('k1','k1','2026-03-01 08:30:00.250000','k1','{"note":"说明1"}');
INSERT INTO "reply" VALUES('k2','k2','2026-03-02 08:30:00.250000','k2','{"note":"说明2"}');
CREATE TABLE response (
	call_id TEXT NOT NULL, 
	idx INTEGER NOT NULL, 
	unit_id TEXT NOT NULL, 
	assigned_at DATETIME NOT NULL, 
	predicted_arrival_at DATETIME, 
	acknowledged_at DATETIME, 
	enroute_at DATETIME, 
	arrived_at DATETIME, 
	cleared_at DATETIME, feedback_at DATETIME, checked_at DATETIME, 
	CONSTRAINT pk_response PRIMARY KEY (call_id, idx)
);
INSERT INTO "response" VALUES('c1',0,'S1','2026-03-01 12:01:00.000000','2026-03-01 12:11:00.000000','2026-03-01 12:01:30.000000','2026-03-01 12:02:00.000000','2026-03-01 12:12:00.000000','2026-03-01 12:40:00.000000',NULL,NULL);
CREATE TABLE session (
	token_hash TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	device TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	last_seen_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	CONSTRAINT pk_session PRIMARY KEY (token_hash), 
	FOREIGN KEY(account_id) REFERENCES account (id)
);
INSERT INTO "session" VALUES('k1','k1','k1','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000');
INSERT INTO "session" VALUES('k2','k2','k2','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000');
CREATE TABLE setting (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_setting PRIMARY KEY ("key")
);
INSERT INTO "setting" VALUES('sealing_check','s1.15424cc8.a/RbqHynpYBdlJUdR/GVmb8SxYkK0RgqwmvaEfzWSrhKrMk=');
CREATE TABLE sign_up_link (
	token_hash TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_sign_up_link PRIMARY KEY (token_hash), 
	FOREIGN KEY(account_id) REFERENCES account (id)
);
INSERT INTO "sign_up_link" VALUES('k1','k1','2026-03-01 08:30:00.250000','2026-03-01 08:30:00.250000');
INSERT INTO "sign_up_link" VALUES('k2','k2','2026-03-02 08:30:00.250000','2026-03-02 08:30:00.250000');
CREATE TABLE snapshot (
	event_id INTEGER NOT NULL, 
	format INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_snapshot PRIMARY KEY (event_id)
);
INSERT INTO "snapshot" VALUES(1,1,'{"note":"说明1"}');
INSERT INTO "snapshot" VALUES(2,2,'{"note":"说明2"}');
CREATE TABLE tombstone (
	id INTEGER NOT NULL, 
	record_id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	what TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	actor TEXT NOT NULL, 
	CONSTRAINT pk_tombstone PRIMARY KEY (id)
);
INSERT INTO "tombstone" VALUES(1,'k1','k1','dispute','k1','k1','2026-03-01 08:30:00.250000','k1');
INSERT INTO "tombstone" VALUES(2,'k2','k2','dispute','k2','k2','2026-03-02 08:30:00.250000','k2');
CREATE TABLE "unit" (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	station_id TEXT NOT NULL, 
	activity TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	call_id TEXT, 
	lon FLOAT NOT NULL, 
	lat FLOAT NOT NULL, 
	reserve BOOLEAN DEFAULT 0 NOT NULL, 
	crew INTEGER, 
	covering_id TEXT, 
	fixed_at DATETIME, 
	CONSTRAINT pk_unit PRIMARY KEY (id)
);
INSERT INTO "unit" VALUES('Z1','Z1','Z','at_station','2026-03-01 12:00:00.000000',NULL,108.7,29.3,0,NULL,NULL,NULL);
INSERT INTO "unit" VALUES('S1','S1','S','returning','2026-03-01 12:40:00.000000',NULL,108.72,29.26,0,NULL,NULL,NULL);
INSERT INTO "unit" VALUES('T1','T1','T','at_station','2026-03-01 12:00:00.000000',NULL,108.7,29.3,0,NULL,NULL,NULL);
INSERT INTO "unit" VALUES('F1','F1','F','at_station','2026-03-01 12:00:00.000000',NULL,108.7,29.3,0,NULL,NULL,NULL);
CREATE INDEX ix_decision_call_id ON decision (call_id);
CREATE INDEX ix_event_call_id ON event (call_id);
CREATE UNIQUE INDEX ux_response_unit_active ON response (unit_id) WHERE cleared_at IS NULL;
CREATE INDEX ix_delivery_waiting ON delivery (state, next_at);
CREATE INDEX ix_reply_at ON reply (at);
CREATE INDEX ix_call_received_at ON call (received_at);
CREATE INDEX ix_call_caller_key ON call (caller_key);
CREATE INDEX ix_call_merged_into ON call (merged_into);
CREATE INDEX ix_person_view_record_id ON person_view (record_id);
CREATE INDEX ix_record_area ON record (area_id, kind, opened_at);
CREATE INDEX ix_record_batch ON record (batch_id) WHERE batch_id <> '';
CREATE INDEX ix_record_due ON record (kind, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ix_record_kind_opened ON record (kind, opened_at);
CREATE INDEX ix_record_owner ON record (owner_id, kind, opened_at);
CREATE INDEX ix_record_state ON record (kind, state, opened_at);
CREATE INDEX ix_record_station ON record (kind, station_id, opened_at);
CREATE INDEX ix_record_link_back ON record_link (to_kind, to_id);
CREATE INDEX ix_record_person_retain_until ON record_person (retain_until);
CREATE INDEX ix_tombstone_record_id ON tombstone (record_id);
CREATE INDEX ix_access_grant_account_id ON access_grant (account_id);
CREATE INDEX ix_session_account_id ON session (account_id);
CREATE INDEX ix_api_token_account_id ON api_token (account_id);
CREATE INDEX ix_photo_call_id ON photo (call_id);
CREATE INDEX ix_photo_expires_at ON photo (expires_at);
CREATE INDEX ix_member_link_member_id ON member_link (member_id);
CREATE INDEX ix_record_person_name_index ON record_person (name_index);
CREATE INDEX ix_record_person_phone_index ON record_person (phone_index);
COMMIT;
