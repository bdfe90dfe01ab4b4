BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
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
INSERT INTO "audit" VALUES(1,'2026-11-24 16:00:27.982317','警员','StationOpened','','{"event_id":1}','0000000000000000000000000000000000000000000000000000000000000000','9f9abde13e3c7616931783890a1105189d2f593983a8f43408bb352881c52665');
INSERT INTO "audit" VALUES(2,'2026-11-24 16:00:27.982317','警员','StationOpened','','{"event_id":2}','9f9abde13e3c7616931783890a1105189d2f593983a8f43408bb352881c52665','5d881badff64779f5312687571f1cc80bbd3e82386910cd9e5e6b3b676f1fd5b');
INSERT INTO "audit" VALUES(3,'2026-11-24 16:00:27.982317','警员','StationOpened','','{"event_id":3}','5d881badff64779f5312687571f1cc80bbd3e82386910cd9e5e6b3b676f1fd5b','7a3fe6a1f06d8554f36113a9fc369c3716d828fe8ab873c2c62908694321dd11');
INSERT INTO "audit" VALUES(4,'2026-11-24 16:00:27.982317','警员','StationOpened','','{"event_id":4}','7a3fe6a1f06d8554f36113a9fc369c3716d828fe8ab873c2c62908694321dd11','0fb06efe3a4ba2649d07c9203a1e806ca9c4e0aa2e90a7f6bc121c753140b2b3');
INSERT INTO "audit" VALUES(5,'2026-11-24 16:00:27.982317','警员','UnitJoined','Z1','{"event_id":5}','0fb06efe3a4ba2649d07c9203a1e806ca9c4e0aa2e90a7f6bc121c753140b2b3','ec7f222fee57b0922c50c6e9887354ac8c1901a368870793867e287ca3a559a9');
INSERT INTO "audit" VALUES(6,'2026-11-24 16:00:27.982317','警员','UnitJoined','S1','{"event_id":6}','ec7f222fee57b0922c50c6e9887354ac8c1901a368870793867e287ca3a559a9','dee6ced70328d6543bf47cc36eced81c84483ea89ad5e53e03b0ecd1e0adebab');
INSERT INTO "audit" VALUES(7,'2026-11-24 16:00:27.982317','警员','UnitJoined','T1','{"event_id":7}','dee6ced70328d6543bf47cc36eced81c84483ea89ad5e53e03b0ecd1e0adebab','a3e78e8e051ce3ea2327ab9549fc9dd75fa6e50bae2cc234c514ab9df822374a');
INSERT INTO "audit" VALUES(8,'2026-11-24 16:00:27.982317','警员','UnitJoined','F1','{"event_id":8}','a3e78e8e051ce3ea2327ab9549fc9dd75fa6e50bae2cc234c514ab9df822374a','4d5986b6597de746b858600d980b626de5bc7908d62a602a53c88feb8a2e7ee4');
INSERT INTO "audit" VALUES(9,'2026-11-24 16:00:27.982317','警员','GroupsFormed','','{"event_id":9}','4d5986b6597de746b858600d980b626de5bc7908d62a602a53c88feb8a2e7ee4','39975a6023bca87da857f32667fca17db8b3b9c101f8b8c520f4cfce1f7e204a');
INSERT INTO "audit" VALUES(10,'2026-11-24 16:00:28.002745','警员','CallReceived','c1','{"event_id":10}','39975a6023bca87da857f32667fca17db8b3b9c101f8b8c520f4cfce1f7e204a','0774ba1d45c009ea428376e6b08123d3aa4ae6d16549a983ff9b45efb08ebef3');
INSERT INTO "audit" VALUES(11,'2026-11-24 16:00:28.022265','警员','UnitAssigned','c1','{"event_id":11}','0774ba1d45c009ea428376e6b08123d3aa4ae6d16549a983ff9b45efb08ebef3','cacd28307ee315acbc7d41a9e9a9f3d5673095c607dd3a43b199a1260232d495');
INSERT INTO "audit" VALUES(12,'2026-11-24 16:00:28.022265','警员','UnitAcknowledged','c1','{"event_id":12}','cacd28307ee315acbc7d41a9e9a9f3d5673095c607dd3a43b199a1260232d495','2b489717cfcba3302e2c6658107dcc107e69ec2b4b17641c182b98b01bcd4d1d');
INSERT INTO "audit" VALUES(13,'2026-11-24 16:00:28.022265','警员','UnitEnRoute','c1','{"event_id":13}','2b489717cfcba3302e2c6658107dcc107e69ec2b4b17641c182b98b01bcd4d1d','db097c1a7a3b2fdb37589c0ccd7f295cab096fda43282cca36b208e249c5d30f');
INSERT INTO "audit" VALUES(14,'2026-11-24 16:00:28.022265','警员','UnitArrived','c1','{"event_id":14}','db097c1a7a3b2fdb37589c0ccd7f295cab096fda43282cca36b208e249c5d30f','434ec6e5634e7b0f595dd0013f0e515c66b6f0fddbb901cdc87d6fed2ad36cc8');
INSERT INTO "audit" VALUES(15,'2026-11-24 16:00:28.022265','警员','UnitCleared','c1','{"event_id":15}','434ec6e5634e7b0f595dd0013f0e515c66b6f0fddbb901cdc87d6fed2ad36cc8','883e3d56f95fa87cefaee693ce57670a3f5e20d309c90ee5dce8b9511bba143d');
CREATE TABLE call (
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
	CONSTRAINT pk_call PRIMARY KEY (id), 
	CONSTRAINT uq_call_number_in_day UNIQUE (day, number_in_day)
);
INSERT INTO "call" VALUES('c1','20260301',1,'20260301-0001','2026-03-01 12:00:00.000000','assistance',2,108.72,29.26,'Z',NULL,'','',0,1,0,'units_cleared',NULL,NULL,0);
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
INSERT INTO "event" VALUES(1,'2026-03-01 12:00:00.000000','2026-11-24 16:00:27.982317','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"Z","name":"Z station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":["S","T"]}');
INSERT INTO "event" VALUES(2,'2026-03-01 12:00:00.000000','2026-11-24 16:00:27.982317','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"S","name":"S station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":["Z"]}');
INSERT INTO "event" VALUES(3,'2026-03-01 12:00:00.000000','2026-11-24 16:00:27.982317','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"T","name":"T station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":["Z"]}');
INSERT INTO "event" VALUES(4,'2026-03-01 12:00:00.000000','2026-11-24 16:00:27.982317','StationOpened',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","station":{"id":"F","name":"F station","lon":108.7,"lat":29.3,"name_en":null,"elevation_m":null,"border":null,"officers":null,"auxiliaries":null,"units":null,"area_km2":null},"neighbour_ids":[]}');
INSERT INTO "event" VALUES(5,'2026-03-01 12:00:00.000000','2026-11-24 16:00:27.982317','UnitJoined',NULL,'Z1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"Z1","name":"Z1","station_id":"Z","turnout_s":120.0}}');
INSERT INTO "event" VALUES(6,'2026-03-01 12:00:00.000000','2026-11-24 16:00:27.982317','UnitJoined',NULL,'S1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"S1","name":"S1","station_id":"S","turnout_s":120.0}}');
INSERT INTO "event" VALUES(7,'2026-03-01 12:00:00.000000','2026-11-24 16:00:27.982317','UnitJoined',NULL,'T1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"T1","name":"T1","station_id":"T","turnout_s":120.0}}');
INSERT INTO "event" VALUES(8,'2026-03-01 12:00:00.000000','2026-11-24 16:00:27.982317','UnitJoined',NULL,'F1','警员','{"at":"2026-03-01T12:00:00Z","unit":{"id":"F1","name":"F1","station_id":"F","turnout_s":120.0}}');
INSERT INTO "event" VALUES(9,'2026-03-01 12:00:00.000000','2026-11-24 16:00:27.982317','GroupsFormed',NULL,NULL,'警员','{"at":"2026-03-01T12:00:00Z","groups":[{"hub_id":"Z","base_ids":["S"]},{"hub_id":"T","base_ids":[]}],"plan_id":""}');
INSERT INTO "event" VALUES(10,'2026-03-01 12:00:00.000000','2026-11-24 16:00:28.002745','CallReceived','c1',NULL,'警员','{"at":"2026-03-01T12:00:00Z","call":{"id":"c1","received_at":"2026-03-01T12:00:00Z","category":"assistance","priority":2,"lon":108.72,"lat":29.26,"station_id":"Z","number":"20260301-0001","area_id":null,"place_text":"","note":"","confirmed":false,"units_needed":1,"exercise":false}}');
INSERT INTO "event" VALUES(11,'2026-03-01 12:01:00.000000','2026-11-24 16:00:28.022265','UnitAssigned','c1','S1','警员','{"at":"2026-03-01T12:01:00Z","call_id":"c1","unit_id":"S1","predicted_arrival_at":"2026-03-01T12:11:00Z","override_reason":null}');
INSERT INTO "event" VALUES(12,'2026-03-01 12:01:30.000000','2026-11-24 16:00:28.022265','UnitAcknowledged','c1','S1','警员','{"at":"2026-03-01T12:01:30Z","call_id":"c1","unit_id":"S1"}');
INSERT INTO "event" VALUES(13,'2026-03-01 12:02:00.000000','2026-11-24 16:00:28.022265','UnitEnRoute','c1','S1','警员','{"at":"2026-03-01T12:02:00Z","call_id":"c1","unit_id":"S1"}');
INSERT INTO "event" VALUES(14,'2026-03-01 12:12:00.000000','2026-11-24 16:00:28.022265','UnitArrived','c1','S1','警员','{"at":"2026-03-01T12:12:00Z","call_id":"c1","unit_id":"S1"}');
INSERT INTO "event" VALUES(15,'2026-03-01 12:40:00.000000','2026-11-24 16:00:28.022265','UnitCleared','c1','S1','警员','{"at":"2026-03-01T12:40:00Z","call_id":"c1","unit_id":"S1"}');
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
CREATE TABLE response (
	call_id TEXT NOT NULL, 
	idx INTEGER NOT NULL, 
	unit_id TEXT NOT NULL, 
	assigned_at DATETIME NOT NULL, 
	predicted_arrival_at DATETIME, 
	acknowledged_at DATETIME, 
	enroute_at DATETIME, 
	arrived_at DATETIME, 
	cleared_at DATETIME, 
	CONSTRAINT pk_response PRIMARY KEY (call_id, idx)
);
INSERT INTO "response" VALUES('c1',0,'S1','2026-03-01 12:01:00.000000','2026-03-01 12:11:00.000000','2026-03-01 12:01:30.000000','2026-03-01 12:02:00.000000','2026-03-01 12:12:00.000000','2026-03-01 12:40:00.000000');
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
CREATE TABLE unit (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	station_id TEXT NOT NULL, 
	activity TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	call_id TEXT, 
	lon FLOAT NOT NULL, 
	lat FLOAT NOT NULL, 
	CONSTRAINT pk_unit PRIMARY KEY (id)
);
INSERT INTO "unit" VALUES('Z1','Z1','Z','at_station','2026-03-01 12:00:00.000000',NULL,108.7,29.3);
INSERT INTO "unit" VALUES('S1','S1','S','returning','2026-03-01 12:40:00.000000',NULL,108.72,29.26);
INSERT INTO "unit" VALUES('T1','T1','T','at_station','2026-03-01 12:00:00.000000',NULL,108.7,29.3);
INSERT INTO "unit" VALUES('F1','F1','F','at_station','2026-03-01 12:00:00.000000',NULL,108.7,29.3);
CREATE INDEX ix_call_received_at ON call (received_at);
CREATE INDEX ix_decision_call_id ON decision (call_id);
CREATE INDEX ix_event_call_id ON event (call_id);
CREATE UNIQUE INDEX ux_response_unit_active ON response (unit_id) WHERE cleared_at IS NULL;
COMMIT;
