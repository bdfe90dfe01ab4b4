BEGIN TRANSACTION;
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
INSERT INTO "alembic_version" VALUES('0002');
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
INSERT INTO "audit" VALUES(1,'2026-11-24 16:00:32.768140','警员','StationOpened','','{"event_id":1}','0000000000000000000000000000000000000000000000000000000000000000','2b2f55d50f32b056ba756ef65a8f847a84870e6cb45b37c3af509089cae6505d');
INSERT INTO "audit" VALUES(2,'2026-11-24 16:00:32.768140','警员','StationOpened','','{"event_id":2}','2b2f55d50f32b056ba756ef65a8f847a84870e6cb45b37c3af509089cae6505d','a41eed20f0e62ec1ac1306839c02de4fcf84dda947840362f98175ec47149f72');
INSERT INTO "audit" VALUES(3,'2026-11-24 16:00:32.768140','警员','StationOpened','','{"event_id":3}','a41eed20f0e62ec1ac1306839c02de4fcf84dda947840362f98175ec47149f72','8973b537e5da28ebe49bcbdccba9f6540e1760f8b157ffeb7401fa42c760df83');
INSERT INTO "audit" VALUES(4,'2026-11-24 16:00:32.768140','警员','StationOpened','','{"event_id":4}','8973b537e5da28ebe49bcbdccba9f6540e1760f8b157ffeb7401fa42c760df83','f17fecf0f2178fc3fbc4ba0a8c888fb1a246bdd370ec6b20901fe35b048e6cdc');
INSERT INTO "audit" VALUES(5,'2026-11-24 16:00:32.768140','警员','UnitJoined','Z1','{"event_id":5}','f17fecf0f2178fc3fbc4ba0a8c888fb1a246bdd370ec6b20901fe35b048e6cdc','199e377f4abb3fb68c5dd81cee67586ff10f5484649222dda4d2f8ffbcb37abc');
INSERT INTO "audit" VALUES(6,'2026-11-24 16:00:32.768140','警员','UnitJoined','S1','{"event_id":6}','199e377f4abb3fb68c5dd81cee67586ff10f5484649222dda4d2f8ffbcb37abc','bfc14699d6afc3ebfc41ea700aca1c58b0219ac23a045481ab8dc6d6fe715699');
INSERT INTO "audit" VALUES(7,'2026-11-24 16:00:32.768140','警员','UnitJoined','T1','{"event_id":7}','bfc14699d6afc3ebfc41ea700aca1c58b0219ac23a045481ab8dc6d6fe715699','c6591ded52873898cbed75593e241f699110a1dbb93d242832770cc2479a58c7');
INSERT INTO "audit" VALUES(8,'2026-11-24 16:00:32.768140','警员','UnitJoined','F1','{"event_id":8}','c6591ded52873898cbed75593e241f699110a1dbb93d242832770cc2479a58c7','613360d477d3e966286af530f8666afa95dd86449013a6580835732c44ca1d1f');
INSERT INTO "audit" VALUES(9,'2026-11-24 16:00:32.768140','警员','GroupsFormed','','{"event_id":9}','613360d477d3e966286af530f8666afa95dd86449013a6580835732c44ca1d1f','277300e3fea7eff61869311ed8e594b16161e1416f49d81bd4067bce22702c03');
INSERT INTO "audit" VALUES(10,'2026-11-24 16:00:32.820941','警员','CallReceived','c1','{"event_id":10}','277300e3fea7eff61869311ed8e594b16161e1416f49d81bd4067bce22702c03','b312be198c551e541d2ff6f47b5abe9cc5b9e94365a5de247e595aeff1dd7c34');
INSERT INTO "audit" VALUES(11,'2026-11-24 16:00:32.832210','警员','UnitAssigned','c1','{"event_id":11}','b312be198c551e541d2ff6f47b5abe9cc5b9e94365a5de247e595aeff1dd7c34','ec7895dc25701c1ed3c5632d21c98a045473c9f53dc1661e97c17202d225aecb');
INSERT INTO "audit" VALUES(12,'2026-11-24 16:00:32.832210','警员','UnitAcknowledged','c1','{"event_id":12}','ec7895dc25701c1ed3c5632d21c98a045473c9f53dc1661e97c17202d225aecb','7b02af61f30d960c3babacf34f5a54b505dae5ed429fd588d6e9a40ddb7b28c9');
INSERT INTO "audit" VALUES(13,'2026-11-24 16:00:32.832210','警员','UnitEnRoute','c1','{"event_id":13}','7b02af61f30d960c3babacf34f5a54b505dae5ed429fd588d6e9a40ddb7b28c9','457c7f4ece8b457613a474e03576580c7b796062fbfccf45190c4e3d48c8b31e');
INSERT INTO "audit" VALUES(14,'2026-11-24 16:00:32.832210','警员','UnitArrived','c1','{"event_id":14}','457c7f4ece8b457613a474e03576580c7b796062fbfccf45190c4e3d48c8b31e','c830739143e982474915f35c0adf70bab9478a20f0953b820d687eb33b49140e');
INSERT INTO "audit" VALUES(15,'2026-11-24 16:00:32.832210','警员','UnitCleared','c1','{"event_id":15}','c830739143e982474915f35c0adf70bab9478a20f0953b820d687eb33b49140e','53997fb500aec521320141d4de35907c2bcec8c5306907f68a93c7d007cdeeef');
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
INSERT INTO "event" VALUES(1,'2026-03-01 12:00:00.000000','2026-11-24 16:00:32.768140','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"Z","name":"Z station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":["S","T"]}');
INSERT INTO "event" VALUES(2,'2026-03-01 12:00:00.000000','2026-11-24 16:00:32.768140','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"S","name":"S station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":["Z"]}');
INSERT INTO "event" VALUES(3,'2026-03-01 12:00:00.000000','2026-11-24 16:00:32.768140','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"T","name":"T station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":["Z"]}');
INSERT INTO "event" VALUES(4,'2026-03-01 12:00:00.000000','2026-11-24 16:00:32.768140','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"F","name":"F station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":[]}');
INSERT INTO "event" VALUES(5,'2026-03-01 12:00:00.000000','2026-11-24 16:00:32.768140','UnitJoined',NULL,'Z1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"Z1","name":"Z1","station_id":"Z","turnout_s":120.0,"crew":null,"skills":[]}}');
INSERT INTO "event" VALUES(6,'2026-03-01 12:00:00.000000','2026-11-24 16:00:32.768140','UnitJoined',NULL,'S1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"S1","name":"S1","station_id":"S","turnout_s":120.0,"crew":null,"skills":[]}}');
INSERT INTO "event" VALUES(7,'2026-03-01 12:00:00.000000','2026-11-24 16:00:32.768140','UnitJoined',NULL,'T1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"T1","name":"T1","station_id":"T","turnout_s":120.0,"crew":null,"skills":[]}}');
INSERT INTO "event" VALUES(8,'2026-03-01 12:00:00.000000','2026-11-24 16:00:32.768140','UnitJoined',NULL,'F1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"F1","name":"F1","station_id":"F","turnout_s":120.0,"crew":null,"skills":[]}}');
INSERT INTO "event" VALUES(9,'2026-03-01 12:00:00.000000','2026-11-24 16:00:32.768140','GroupsFormed',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","groups":[{"hub_id":"Z","base_ids":["S"]},{"hub_id":"T","base_ids":[]}],"plan_id":""}');
INSERT INTO "event" VALUES(10,'2026-03-01 12:00:00.000000','2026-11-24 16:00:32.820941','CallReceived','c1',NULL,'警员','{"at":"2026-03-01T12:00:00Z","call":{"id":"c1","received_at":"2026-03-01T12:00:00Z","category":"assistance","priority":2,"lon":108.72,"lat":29.26,"station_id":"Z","number":"20260301-0001","area_id":null,"place_text":"","note":"","confirmed":false,"units_needed":1,"exercise":false,"mode":"live","due_at":null,"danger":false,"skills_needed":[],"caller":null,"source":""}}');
INSERT INTO "event" VALUES(11,'2026-03-01 12:01:00.000000','2026-11-24 16:00:32.832210','UnitAssigned','c1','S1','警员','{"at":"2026-03-01T12:01:00Z","call_id":"c1","unit_id":"S1","predicted_arrival_at":"2026-03-01T12:11:00Z","override_reason":null}');
INSERT INTO "event" VALUES(12,'2026-03-01 12:01:30.000000','2026-11-24 16:00:32.832210','UnitAcknowledged','c1','S1','警员','{"at":"2026-03-01T12:01:30Z","call_id":"c1","unit_id":"S1"}');
INSERT INTO "event" VALUES(13,'2026-03-01 12:02:00.000000','2026-11-24 16:00:32.832210','UnitEnRoute','c1','S1','警员','{"at":"2026-03-01T12:02:00Z","call_id":"c1","unit_id":"S1"}');
INSERT INTO "event" VALUES(14,'2026-03-01 12:12:00.000000','2026-11-24 16:00:32.832210','UnitArrived','c1','S1','警员','{"at":"2026-03-01T12:12:00Z","call_id":"c1","unit_id":"S1"}');
INSERT INTO "event" VALUES(15,'2026-03-01 12:40:00.000000','2026-11-24 16:00:32.832210','UnitCleared','c1','S1','警员','{"at":"2026-03-01T12:40:00Z","call_id":"c1","unit_id":"S1"}');
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
CREATE TABLE setting (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_setting PRIMARY KEY ("key")
);
INSERT INTO "setting" VALUES('k1','{"note":"说明1"}');
INSERT INTO "setting" VALUES('k2','{"note":"说明2"}');
CREATE TABLE snapshot (
	event_id INTEGER NOT NULL, 
	format INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_snapshot PRIMARY KEY (event_id)
);
INSERT INTO "snapshot" VALUES(1,1,'{"note":"说明1"}');
INSERT INTO "snapshot" VALUES(2,2,'{"note":"说明2"}');
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
COMMIT;
