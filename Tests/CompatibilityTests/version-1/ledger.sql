PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES('1 entries');
INSERT INTO grdb_migrations VALUES('2 views are made from entries');
CREATE TABLE entry (
  sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
  previous_hash BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  payload TEXT NOT NULL,
  signature BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
INSERT INTO entry VALUES(1,X'0000000000000000000000000000000000000000000000000000000000000000',1795147200000,'{"shiftOpened":{"_0":{"number":1,"opened_at":1795147200000,"operator":"anna"}}}',X'23cd32951b1747d4391de03771bcf180498d5c39d5e72116b1396d278141a7afdd45605c35919f50a9cba0ec673e9e00cba2826b214977f709b57bd79aa23ad7',X'f65565e1ff6bc3c1da617aa1c90a111bb49829406333e6e92f402cb204296ed8');
INSERT INTO entry VALUES(2,X'f65565e1ff6bc3c1da617aa1c90a111bb49829406333e6e92f402cb204296ed8',1795147220000,'{"orderAccepted":{"_0":{"accepted_at":1795147220000,"amount_fen":1200,"amount_mode":"manual","day":"2026-11-20","lines":[],"means":{"face":{"_0":{"evidence":{"frames_agreed":3,"frames_seen":3,"library_version":1,"margin":0.1,"model":"","ms":{"detect":1,"embed":1,"face_to_decision":100,"search":1},"people":500,"runner_up":0.1,"score":0.8,"threshold":0.5},"face_token":"toktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktok","recognition":"post","user":{"display_name":"甲","out_user_id":"s00001","user_id":"P-s00001"}}}},"out_trade_no":"V1-0001","subsidy_fen":0,"time_quality":"unverified"}}}',X'a3f33b3ec837b75faf7f4b5abb75298f81c44db35f12e6439c6688524853b8a44bf4e66aa72a8cc66efffb350e82b7c67ea680139a6fcf4e357e98db6c1ed6da',X'b35be264c2de7cb14666a578d978adca06e87e3300507ed6366cd951ebff827c');
INSERT INTO entry VALUES(3,X'b35be264c2de7cb14666a578d978adca06e87e3300507ed6366cd951ebff827c',1795147240000,'{"orderAccepted":{"_0":{"accepted_at":1795147240000,"amount_fen":800,"amount_mode":"manual","day":"2026-11-20","lines":[],"means":{"face":{"_0":{"evidence":{"frames_agreed":3,"frames_seen":3,"library_version":1,"margin":0.1,"model":"","ms":{"detect":1,"embed":1,"face_to_decision":100,"search":1},"people":500,"runner_up":0.1,"score":0.8,"threshold":0.5},"face_token":"toktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktok","recognition":"post","user":{"display_name":"甲","out_user_id":"s00002","user_id":"P-s00002"}}}},"out_trade_no":"V1-0002","subsidy_fen":0,"time_quality":"unverified"}}}',X'0e47900b7efe82d3e20e6fc58a75fd6565914b6367010a78193699b9b7ade9813e30008c74a48888c9f7c7578b26a800434c3a811915cc9b44f88e1bd323e2e1',X'c805d4350123aa011b516b68315c29f4ad61e0f4f8a5191718cda109d67b3902');
INSERT INTO entry VALUES(4,X'c805d4350123aa011b516b68315c29f4ad61e0f4f8a5191718cda109d67b3902',1795147260000,'{"orderAccepted":{"_0":{"accepted_at":1795147260000,"amount_fen":900,"amount_mode":"manual","day":"2026-11-20","lines":[],"means":{"face":{"_0":{"evidence":{"frames_agreed":3,"frames_seen":3,"library_version":1,"margin":0.1,"model":"","ms":{"detect":1,"embed":1,"face_to_decision":100,"search":1},"people":500,"runner_up":0.1,"score":0.8,"threshold":0.5},"face_token":"toktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktok","recognition":"post","user":{"display_name":"甲","out_user_id":"s00003","user_id":"P-s00003"}}}},"out_trade_no":"V1-0003","subsidy_fen":0,"time_quality":"unverified"}}}',X'facfd1c87fb7c1c5d65bd7f2a047521e4b8bf78bcf86b7cb2cf4ab114cdb437fae0009014f179c1366351e06534105666fb8fae12a47700f3f116f2915896c42',X'853d7b52b61f84888203e0be7358fcc3331995b64deb4a4c8a9b68de248c0325');
INSERT INTO entry VALUES(5,X'853d7b52b61f84888203e0be7358fcc3331995b64deb4a4c8a9b68de248c0325',1795147280000,'{"orderAccepted":{"_0":{"accepted_at":1795147280000,"amount_fen":500,"amount_mode":"manual","day":"2026-11-20","lines":[],"means":{"takenByStaff":{}},"out_trade_no":"V1-0004","subsidy_fen":0,"time_quality":"unverified"}}}',X'42f5e87b97908ccf703ed771f79b407acbf5ca3f08d3b9a45246497c83d0608a215514628ca6c3c62bcac19fc9ef96f15e35e7932e8ffb9bbc599204fc5a9173',X'266074f21fc310ba5c462f06ffa40298a330da1f5aa128bf5629ad890ff9c06b');
INSERT INTO entry VALUES(6,X'266074f21fc310ba5c462f06ffa40298a330da1f5aa128bf5629ad890ff9c06b',1795147280000,'{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0004","state":"taken_by_staff"}}}',X'e51aeb244624dfc2964768709d1585b84e37623ce9097574877a7531858e461613dbd76d47affb9e240d7f07afe8eb3e72078baf9e07a7bd0f9ec20b96cdadd2',X'32f2420d5241652a18fc43e8a55d880a7b7dd3d985f90b4d57b9e97916619722');
INSERT INTO entry VALUES(7,X'32f2420d5241652a18fc43e8a55d880a7b7dd3d985f90b4d57b9e97916619722',1795147280000,'{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0001","state":"paid","transaction_id":"T-1"}}}',X'ea955d1f29a602b8393e55231467531d9acc713dc8b8f78bdc100a536b633a7b917184c67228ced2ff6165018aef373f5ac125edf628e75e26b32601467eed1a',X'6f67b5fba63bfcbf1290a01814d24f48197cfbe4a674b7e95feb4c817af389dd');
INSERT INTO entry VALUES(8,X'6f67b5fba63bfcbf1290a01814d24f48197cfbe4a674b7e95feb4c817af389dd',1795147280000,'{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0002","state":"advanced","transaction_id":"T-2"}}}',X'14dfea0b16ce50fcc37b74f1682ffe231a5ca5bd196404c6a8f3ebb028ed71172c2a54dd6bd7dd0760e25a904d3f265b1f1c48032f4d4ad77519578e540bc824',X'92a6e0da17ef45cbc2936032949d906ff51ab4c1347825d281b28f61a2e1ee5d');
INSERT INTO entry VALUES(9,X'92a6e0da17ef45cbc2936032949d906ff51ab4c1347825d281b28f61a2e1ee5d',1795147280000,'{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0003","reason":"NOTENOUGH","state":"delayed"}}}',X'996a7184817117ad7ea7b535fe1bd7e920048bbab45ff692d537411671375dbefc73722041f8844272f83236cf726d709e02a9ab3484ecb0ee73d729f1e328a2',X'23a6b514eb7faab1fac580ffe7b69b004541b2496a4c6d25876a38d8ee21300d');
INSERT INTO entry VALUES(10,X'23a6b514eb7faab1fac580ffe7b69b004541b2496a4c6d25876a38d8ee21300d',1795147280000,'{"userStanding":{"_0":{"bar":"advances_used_up","out_user_id":"s00003"}}}',X'9b4fbaa80127ccfe9fd2c07604f198bf64d05cb1c9f53eca746bd2a304d3dbdb40a58be1e6d9ee2d5593fae90d76174b8e1f1bca3a93460f43d0b521f35d4c13',X'788b56dbd157b59b16fd4e06d1dc7df3567b973b7762a766253e300454683b03');
INSERT INTO entry VALUES(11,X'788b56dbd157b59b16fd4e06d1dc7df3567b973b7762a766253e300454683b03',1795147280000,'{"refundRequested":{"_0":{"amount_fen":200,"operator":"anna","out_refund_no":"R-V1-0001-1","out_trade_no":"V1-0001","reason":"wrong dish"}}}',X'b2c0640871072f687a94060395c143267a43260dc822926f800e83a389a3730c30d81e0a7469f7a33474e415debda0ab36eb31e29264c7d8a8d13439f245c5f8',X'522b7cac1ec0b3f3f967d51b7d09fd82aa6f9aa5fd6b2bc356f5a0043f7b6ea0');
INSERT INTO entry VALUES(12,X'522b7cac1ec0b3f3f967d51b7d09fd82aa6f9aa5fd6b2bc356f5a0043f7b6ea0',1795147280000,'{"staffAction":{"_0":{"action":"reprint","operator":"anna","out_trade_no":"V1-0001"}}}',X'c3ad86181b1eddffdbd1607206831b4cf49cf7565fea63a1e3f0776cef99ea6b8cad73d987926baa2c4763a5b0ea39649d5d0bcea9a329f99b72bfe32c1eac5f',X'579deb596ce95a46be10bf8743e2b6bfd6bac973a4635ffeb911d530d5b7d525');
INSERT INTO entry VALUES(13,X'579deb596ce95a46be10bf8743e2b6bfd6bac973a4635ffeb911d530d5b7d525',1795147280000,'{"refundResult":{"_0":{"at":1795147280000,"refund":{"amount_fen":200,"operator":"anna","out_refund_no":"R-V1-0001-1","out_trade_no":"V1-0001","reason":"wrong dish"},"refund_id":"F-1","state":"refunded"}}}',X'17f5a657bba7d8f8f7b6fa28c4b4117d30c3b753299495dde696124bc16e56ec8e6821200f84f19873da06b5bfe14c43669b53df0bce11c529831fc8ea9704f5',X'c9125c5d20b278e5df05168117ed33a1a2a13aa5f562b1455b51a47dacadca57');
INSERT INTO entry VALUES(14,X'c9125c5d20b278e5df05168117ed33a1a2a13aa5f562b1455b51a47dacadca57',1795147300000,'{"orderAccepted":{"_0":{"accepted_at":1795147300000,"amount_fen":600,"amount_mode":"manual","day":"2026-11-20","lines":[],"means":{"face":{"_0":{"evidence":{"frames_agreed":3,"frames_seen":3,"library_version":1,"margin":0.1,"model":"","ms":{"detect":1,"embed":1,"face_to_decision":100,"search":1},"people":500,"runner_up":0.1,"score":0.8,"threshold":0.5},"face_token":"toktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktok","recognition":"post","user":{"display_name":"甲","out_user_id":"s00001","user_id":"P-s00001"}}}},"out_trade_no":"V1-0005","subsidy_fen":0,"time_quality":"unverified"}}}',X'd6318ebb94bc5ed5da0bffeafb3dcea0045b67d2feb264bcec2a6cdcdc95cb4d017b2c96b6ba21f3a61e8a9d083398d03fec92607e802b7994e0cb29d61a8b9d',X'1a65b2cf1cf74dd18847d96aeda5260da9ecba03075d80b2ee2851242d047978');
INSERT INTO entry VALUES(15,X'1a65b2cf1cf74dd18847d96aeda5260da9ecba03075d80b2ee2851242d047978',1795147320000,'{"orderAccepted":{"_0":{"accepted_at":1795147320000,"amount_fen":700,"amount_mode":"manual","day":"2026-11-20","lines":[],"means":{"face":{"_0":{"evidence":{"frames_agreed":3,"frames_seen":3,"library_version":1,"margin":0.1,"model":"","ms":{"detect":1,"embed":1,"face_to_decision":100,"search":1},"people":500,"runner_up":0.1,"score":0.8,"threshold":0.5},"face_token":"toktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktok","recognition":"post","user":{"display_name":"甲","out_user_id":"s00002","user_id":"P-s00002"}}}},"out_trade_no":"V1-0006","subsidy_fen":0,"time_quality":"unverified"}}}',X'e553b14451eb055c95f632db1ea3182c8a4b0aca3f351db0027358393fb4903d49475aa924149312bc1cbf92c803eedc1ebbbd455694c6ae132c56ff51a53d6e',X'd71ec7c1494fee219c02472ddac00687210fd290380036e820d718a97825b4e9');
INSERT INTO entry VALUES(16,X'd71ec7c1494fee219c02472ddac00687210fd290380036e820d718a97825b4e9',1795147320000,'{"orderVoided":{"_0":{"operator":"anna","out_trade_no":"V1-0006","reason":"left"}}}',X'f145ef1ac560330c3fe390aff6d9a16fc71b77065dc4e938d9254d9e370e914536ef9de9a28b721a7a79d5713621e7b479832588231f7fefb5403915b293e9b1',X'872b88a610f4b30235adda95c08299f43189dfccca451cbffa0e33e0d980762b');
CREATE TABLE progress (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  uploaded_through INTEGER NOT NULL,
  results_cursor INTEGER NOT NULL
, queued_through INTEGER NOT NULL DEFAULT 0, views_version INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO progress VALUES(1,12,12,5,3);
CREATE TABLE spent_elsewhere (
  day TEXT NOT NULL,
  out_user_id TEXT NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (day, out_user_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE booked_order (
  sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
  out_trade_no TEXT NOT NULL UNIQUE,
  amount_fen INTEGER NOT NULL,
  subsidy_fen INTEGER NOT NULL,
  to_collect_fen INTEGER NOT NULL,
  mode TEXT NOT NULL,
  period TEXT NOT NULL,
  day TEXT NOT NULL,
  out_user_id TEXT,
  display_name TEXT,
  operator TEXT NOT NULL,
  shift INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  transaction_id TEXT,
  reason TEXT,
  refunded_fen INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO booked_order VALUES(2,'V1-0001',1200,0,1200,'manual','','2026-11-20','s00001','甲','',0,1795147220000,'paid','T-1',NULL,200);
INSERT INTO booked_order VALUES(3,'V1-0002',800,0,800,'manual','','2026-11-20','s00002','甲','',0,1795147240000,'advanced','T-2',NULL,0);
INSERT INTO booked_order VALUES(4,'V1-0003',900,0,900,'manual','','2026-11-20','s00003','甲','',0,1795147260000,'delayed',NULL,'NOTENOUGH',0);
INSERT INTO booked_order VALUES(5,'V1-0004',500,0,0,'manual','','2026-11-20',NULL,NULL,'',0,1795147280000,'taken_by_staff',NULL,NULL,0);
INSERT INTO booked_order VALUES(14,'V1-0005',600,0,600,'manual','','2026-11-20','s00001','甲','',0,1795147300000,'accepted',NULL,NULL,0);
INSERT INTO booked_order VALUES(15,'V1-0006',700,0,700,'manual','','2026-11-20','s00002','甲','',0,1795147320000,'voided',NULL,'left',0);
CREATE TABLE selling_day (day TEXT PRIMARY KEY, first_sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO selling_day VALUES('2026-11-20',2);
CREATE TABLE refund (
  out_refund_no TEXT PRIMARY KEY,
  out_trade_no TEXT NOT NULL,
  sequence INTEGER NOT NULL REFERENCES entry (sequence),
  amount_fen INTEGER NOT NULL,
  operator TEXT,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  refund_id TEXT,
  failure TEXT
) STRICT;
INSERT INTO refund VALUES('R-V1-0001-1','V1-0001',11,200,'anna','wrong dish','refunded','F-1',NULL);
CREATE TABLE shift (
  number INTEGER PRIMARY KEY,
  operator TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  closed_by TEXT
) STRICT;
INSERT INTO shift VALUES(1,'anna',1795147200000,NULL,NULL);
CREATE TABLE user_bar (out_user_id TEXT PRIMARY KEY, bar TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO user_bar VALUES('s00003','advances_used_up');
CREATE TABLE staff_action (
  sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
  operator TEXT NOT NULL,
  action TEXT NOT NULL
) STRICT;
INSERT INTO staff_action VALUES(1,'anna','open_shift');
INSERT INTO staff_action VALUES(11,'anna','refund');
INSERT INTO staff_action VALUES(12,'anna','reprint');
INSERT INTO staff_action VALUES(16,'anna','void');
CREATE TABLE tally (
  day TEXT NOT NULL,
  shift INTEGER NOT NULL,
  period TEXT NOT NULL,
  mode TEXT NOT NULL,
  operator TEXT NOT NULL,
  state TEXT NOT NULL,
  orders INTEGER NOT NULL,
  amount_fen INTEGER NOT NULL,
  subsidy_fen INTEGER NOT NULL,
  to_collect_fen INTEGER NOT NULL,
  refunded_fen INTEGER NOT NULL,
  PRIMARY KEY (day, shift, period, mode, operator, state)
) STRICT, WITHOUT ROWID;
INSERT INTO tally VALUES('2026-11-20',0,'','manual','','accepted',1,600,0,600,0);
INSERT INTO tally VALUES('2026-11-20',0,'','manual','','advanced',1,800,0,800,0);
INSERT INTO tally VALUES('2026-11-20',0,'','manual','','delayed',1,900,0,900,0);
INSERT INTO tally VALUES('2026-11-20',0,'','manual','','paid',1,1200,0,1200,200);
INSERT INTO tally VALUES('2026-11-20',0,'','manual','','queued',0,0,0,0,0);
INSERT INTO tally VALUES('2026-11-20',0,'','manual','','taken_by_staff',1,500,0,0,0);
INSERT INTO tally VALUES('2026-11-20',0,'','manual','','uploaded',0,0,0,0,0);
INSERT INTO tally VALUES('2026-11-20',0,'','manual','','voided',1,700,0,700,0);
CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE INDEX refund_of_order ON refund (out_trade_no);
CREATE INDEX tally_of_shift ON tally (shift);
CREATE TRIGGER selling_day_begins AFTER INSERT ON booked_order BEGIN
  INSERT INTO selling_day VALUES (NEW.day, NEW.sequence) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER tally_new AFTER INSERT ON booked_order BEGIN
  INSERT INTO tally VALUES (NEW.day, NEW.shift, NEW.period, NEW.mode, NEW.operator, NEW.state,
    1, NEW.amount_fen, NEW.subsidy_fen, NEW.to_collect_fen, NEW.refunded_fen)
  ON CONFLICT DO UPDATE SET orders = orders + 1, amount_fen = amount_fen + NEW.amount_fen,
    subsidy_fen = subsidy_fen + NEW.subsidy_fen, to_collect_fen = to_collect_fen + NEW.to_collect_fen,
    refunded_fen = refunded_fen + NEW.refunded_fen;
END;
CREATE TRIGGER tally_change AFTER UPDATE OF state, refunded_fen ON booked_order BEGIN
  UPDATE tally SET orders = orders - 1, amount_fen = amount_fen - OLD.amount_fen,
    subsidy_fen = subsidy_fen - OLD.subsidy_fen, to_collect_fen = to_collect_fen - OLD.to_collect_fen,
    refunded_fen = refunded_fen - OLD.refunded_fen
  WHERE day = OLD.day AND shift = OLD.shift AND period = OLD.period AND mode = OLD.mode
    AND operator = OLD.operator AND state = OLD.state;
  INSERT INTO tally VALUES (NEW.day, NEW.shift, NEW.period, NEW.mode, NEW.operator, NEW.state,
    1, NEW.amount_fen, NEW.subsidy_fen, NEW.to_collect_fen, NEW.refunded_fen)
  ON CONFLICT DO UPDATE SET orders = orders + 1, amount_fen = amount_fen + NEW.amount_fen,
    subsidy_fen = subsidy_fen + NEW.subsidy_fen, to_collect_fen = to_collect_fen + NEW.to_collect_fen,
    refunded_fen = refunded_fen + NEW.refunded_fen;
END;
COMMIT;
