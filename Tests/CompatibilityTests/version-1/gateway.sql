PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES('1 terminals, people, orders');
INSERT INTO grdb_migrations VALUES('2 refunds, voids, news, operators');
INSERT INTO grdb_migrations VALUES('3 shots, guardians, look-alikes');
CREATE TABLE pairing_code (
  code_hash BLOB PRIMARY KEY,
  terminal_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE terminal (
  terminal_id TEXT PRIMARY KEY,
  device_key BLOB NOT NULL,
  sealing_key BLOB NOT NULL,
  certificate TEXT NOT NULL,
  paired_at INTEGER NOT NULL
, head TEXT, alarm TEXT, seen_at INTEGER) STRICT;
INSERT INTO terminal VALUES('till-1',X'044d6c83b9e35b1171cc8b32fdf4e172918697eb780731c6285d12433abe442bb43fe7a53079c1bc0683add7bec252a5763c7a0813d6e467d7d429ec4d1cf7a9a6',X'040ec80481deb997aa9a9b5ad621a5fc9de0b9410e2ee14c86d554359f25c28d16fc7fdb171895aba30a2e4ddc6ca5b893cb44d9e69c8f1e2bde5ad322ce4a4b2c',replace('-----BEGIN CERTIFICATE-----\nMIIBhDCCASmgAwIBAgIVAJY6JZqw2/Qpc3O1TvlZrwW/PgplMAoGCCqGSM49BAMC\nMCoxDjAMBgNVBAoMBU8xMDAwMRgwFgYDVQQDDA9DYW50ZWVuIGdhdGV3YXkwHhcN\nMjYxMTIwMDM1NTAwWhcNMjkxMTE5MDQwMDAwWjAhMQ4wDAYDVQQKDAVPMTAwMDEP\nMA0GA1UEAwwGdGlsbC0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAETWyDueNb\nEXHMizL99OFykYaX63gHMcYoXRJDOr5EK7Q/56UwecG8BoOt177CUqV2PHoIE9bk\nZ9fUKexNHPeppqM1MDMwDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwEwYD\nVR0lBAwwCgYIKwYBBQUHAwIwCgYIKoZIzj0EAwIDSQAwRgIhAICT9tnygKsKFzZN\nusYpSfFRejVU0gKJjK7l1+4DocuJAiEAuRVj34MRQ+T11LoHVEtrAGRezycAIe2g\nH3QKfvOLzgA=\n-----END CERTIFICATE-----','\n',char(10)),1795147200000,'{"hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","sequence":0,"unsent_fen":0,"unsent_orders":0}',NULL,1795147200000);
INSERT INTO terminal VALUES('till-2',X'046000f61f87ce82dee4491b821d7935013fd7d235102fdb8b7ca7d6e192d23ab87f0fe045cc32227029d0c8e486c4ddb704b3e09e8a858b8070becf0e6a77bb5f',X'042de1fcdbf45c48964f681e31001b620ae7ea3d42d637821bb7bcb09bbd3727f8190501285d222482de9fd3e94a438b786540555f32ad351f5d58c629d89fef49','certificate',1795147200000,NULL,NULL,NULL);
CREATE TABLE face_user (
  out_user_id TEXT PRIMARY KEY,
  display_name TEXT NOT NULL,
  user_id TEXT NOT NULL DEFAULT '',
  may_pay INTEGER NOT NULL DEFAULT 0,
  enrolled_at INTEGER,
  templates BLOB,
  library_version INTEGER NOT NULL UNIQUE
, user_group TEXT, bar TEXT, template_origin TEXT, guardian BLOB) STRICT;
INSERT INTO face_user VALUES('s00001','甲','P-s00001',1,1795147200000,X'3a27b9e20688d2f26bae895ef671beaa89c18b017d0caf1cc071897d5d94738fa59a30b07b5d0297ff3cc05654fe991f3eb79da1fa4c47526d1f469944e0b1f10fe24c773d5510be9c477ddde6bf1e987b78464556ac54817138f8ff91b84b8fb47d66a5e74cafa1f757a2edf9e3c7d530149039535f3434f9beb58959b8d0aa8046a50495e710c38f66d5dc9d1e67907b5a75e7101b323409ac3c6cd70d4dfe8d63fe2565db2afd7fbe7c992e748d9818d2e3752209d1d8227cb30f32eedef0594fa1b16bf3c562e2076540582c63bc2d6cb73264cb18da6a9a9ea7c6a61f415899526c2f73c4ce9076610906cd0b0c0a488b6a2579b13028dd3cc1ead4e485cee411f105b4ce47be88cf04b6ba0d6d6767f3eb7a50877324343f1bfc965a86f156457e12ad53091d35c14d50ab50058debf86dc0c9073fa1f1e52b7250dd48f373eca6046e502990abd5253952a9e3a7fd6b1fead4a556803e82abe5d0cb1f895aecdaa9beb80526a7a7d64c003a927158bc140d35c32ecbaa57088559b5e34d9fac3977c067e55a155093061715ec28dbde9682b13ab086871100a7ecac38a2a5b4979eea73c0807c7db5a40fc80a85a2f1122268bc4d01c137938035bbdbd365889fa48b7adae35e6997d14d49da29043e6b5c3bc1f87246e39209a2b56d6730185f8a761ca71372d9d2eba30f88468096cd0178459883db2ff3e24d33144e61a13d04693354ebc3b518914c1ee7178ac42fd85a221e45ad31947211ff65518757d6dbf0cb4b647c7b7483d43f8ccbf9be7e08759537212158df863f67109b11264d466e48ed8f2df5fd9653716d7966e394d90130bb205dd3da38fbe5e158aaefa105a2784f6eb2a6bee895569da3868fc267fbc4fe97ccddaa20d314bdddaf48139669a6969970299c6cb5396950eca153d2834ac4ee1d5eefbe621e3ef705683655df4ea71110c8492dae28496b85b86dd28e6a820aeeee319c5267ab9dee6338c0cae80f3ac512cee825c0f399d24830ce075e85c4fcdbd1acbabb8a3c7fbcc54411cc1c9d4c0b671161c1e8a24a8f62d1d808edd9a6db9a044d387519d2f2d40185fe234979c1186bfb4f95ac7f107c10e856',1,NULL,NULL,'{"aligner":1,"engine":"opencv-4.6","model_sha256":"abc"}',NULL);
INSERT INTO face_user VALUES('s00002','甲','P-s00002',1,1795147200000,X'25445a578118017f1670a7dfd23fe0ba619990476cd1c5bcea77819e2d08ba1dfffc8ff8eb538d4f6fb717c0730702f5ea70885a3efc774d6398d1a739fbdcc01b29946b053916cd900a11141101c19cc01b8ef25f6f9213fd6333d19acab7f8a004e91d3392e3d3aff6d01a9fe2bf03571b0b3c7d0a831b4dd6cf604403dd346bab8b520d402e955c996e319f308a162fc29592b5cf42411a1dd818405006c1b4649478e11c777a163194589d75bc4dcf6114460595193f239f4f8b9d527dddea7567e9883e7a526db7007951637b78b963215752626a5eec4fce43979b786401bb0a427d6c04c6070940720c26b0ee6f818799e1c20c67ae4179c9548f351db4cfe53c7fc0a7d79481cd7b6f5e70d5aa8cb8a3713da37634ad93cd0a25dab3c3f6ee0401df04797a005cadba81a362d2e7902711d34d0264cfbb0621985667676d75c58a6ab7ca3fd435d3cfa9195145bf7afa4c2b2b69fce10f4296788e3242c1a04165c7f60e0f7af546688f878c3aad6192b112c7f890420982156f60cfa2c5e6a6699ecd9544a1437fa1aa89e9cf039e10c347b9d6c92c5e30419bbd9bc0cd77a267ad9d5c4f5bc4b916588798ea6cb170cdc2dca699e5950a96cf9542d5e0606a0965ddaeafb0489141561e957ab6e77bdef08f997559252b3f81ba939ed0c0b1d1401ae11ddb1b45bb65ce6fcbf11358de0cfde990d1d0366d8992b45508b7e4d5497826bd850fe5827d27fb18331dab6c09906954ef47ec6c909d703fe70059cb599bdd32753412ea4f282311ba66f4431b015d1a8f492b50dc31df4f4015d56e6b13718077e5afff2551fe3650f4025b9b58587c38737f94f7573c967ca9787e60d8cf2c23de0711332ab7f38e59ce4c787632c3d2fed094f79f1644a8363c5753768e818956b21cc8178fe3d0bbdeddae7addc71580053528896aa60859a98c2fca7aec5dc5e9b8623ec150d8a2e6e4beb56d017a2ab260267d13eb4d60e4408a6d4d4920115d2973de97ca149c43b104a6295114a315b7ec70fdcf324660a08b97556750125c13c1189a1339b5b33addd93f44ffa3495e0ab4ff6103f9dd476d870d5d93237788f118cf80266d2c691c68',2,NULL,NULL,'{"aligner":1,"engine":"opencv-4.6","model_sha256":"abc"}',NULL);
INSERT INTO face_user VALUES('s00003','甲','P-s00003',1,1795147200000,X'9187e4716b3c6befb880a2f74650be48602c32d64c1d54b71765b75f13a2aa2019938900a69a020097c92df3a268748c43025368a25935124de93acf4c2e6c4fd56ffb4642801e099e10ac8d42c738e67239785400b56543743d6f683ed5e61c31aee7bb04a006a680b78fe81012582c619bdfc657c8b555ff23649f745c27286a1010554e24f00929f23708c87bdda7a52d45dda3ff38ffd511cd997da3834824dd260c25cce9c866bebe8b1edfd8c417f622063654c2e5232a10ea53dbb11eafd0c05e8aeb21ccb70b0da4a1f2401d8016271f90bc54d32673572a1fe4f3aa4c12293205f6560bdbc560bb5351b65e6d8af6b5fd322b83159b09e845a758b9a8a6e215f98c24b943de692bbe02589a18bcbe456ad9c886a90e080bbca260568bf2947bed9e6a84ecf7646f89fe10dd9722da346a099ae0d9e8bdbc75ec94c35b22935e99dd258f2af0e83dca16791ff95e72582238264d1f5ca1fa387f83ee64d0b6f17fd5161c0b3c28d013d3621ba1d6f3779b4f851621370bf97d79a2d65606ee42a5c40bba5923b453a465fadd3e08a724c2c23fb4fd4d4b4fc642d9273169db0228da225fdb45ca1110705d4cadb35d907e2e3726b3efc06ed13078bf5870668e824a0d45d286cf2811de87f73fc55ac121632663be29ec37b856dfcbeb207b635e8abbeab256450ed8d2638daaf6657da09458141090444be673732694bf308a513906a177d30ab9dba38d33333d528080d8e544b46fc51104fa96bae977b8d3e035d1c5721ef3165db5cc7f68ac4fadff06299a67eb737e8d735479c28f09fd7b8043c72cff98578c55560f53a35231009206e0ac60af31e2fb49d858efda161bca63685bf8f1333ad04c1f9114624eea1ffd12b4c92b5765b7e17fe253475679a97e9a1a41c5a704691a10a27f09264cf1f7a04585874ef023197b61afd5f9fc6b157b05cfd98a2911c98acfebd69c0bdcbb86a84796f56c8d87aec8e71fea5a9eaa46bdacfc5104379a5cff1d9c009aeb571556a3c2eca2bc00d4ff03120e8b2e85d149a1fed01853e95654266e6f8d9e98c80de7ad5032661eec9010943bf6a9fe5d78b3a143c52bb7b3a7af37d4ac1c68',3,'boarder','advances_used_up','{"aligner":1,"engine":"opencv-4.6","model_sha256":"abc"}',NULL);
CREATE TABLE ledger_entry (
  terminal_id TEXT NOT NULL REFERENCES terminal (terminal_id),
  sequence INTEGER NOT NULL,
  previous_hash BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  payload TEXT NOT NULL,
  signature BLOB NOT NULL,
  hash BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (terminal_id, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO ledger_entry VALUES('till-1',1,X'0000000000000000000000000000000000000000000000000000000000000000',1795147200000,'{"shiftOpened":{"_0":{"number":1,"opened_at":1795147200000,"operator":"anna"}}}',X'23cd32951b1747d4391de03771bcf180498d5c39d5e72116b1396d278141a7afdd45605c35919f50a9cba0ec673e9e00cba2826b214977f709b57bd79aa23ad7',X'f65565e1ff6bc3c1da617aa1c90a111bb49829406333e6e92f402cb204296ed8',1795147280000);
INSERT INTO ledger_entry VALUES('till-1',2,X'f65565e1ff6bc3c1da617aa1c90a111bb49829406333e6e92f402cb204296ed8',1795147220000,'{"orderAccepted":{"_0":{"accepted_at":1795147220000,"amount_fen":1200,"amount_mode":"manual","day":"2026-11-20","lines":[],"means":{"face":{"_0":{"evidence":{"frames_agreed":3,"frames_seen":3,"library_version":1,"margin":0.1,"model":"","ms":{"detect":1,"embed":1,"face_to_decision":100,"search":1},"people":500,"runner_up":0.1,"score":0.8,"threshold":0.5},"face_token":"toktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktok","recognition":"post","user":{"display_name":"甲","out_user_id":"s00001","user_id":"P-s00001"}}}},"out_trade_no":"V1-0001","subsidy_fen":0,"time_quality":"unverified"}}}',X'a3f33b3ec837b75faf7f4b5abb75298f81c44db35f12e6439c6688524853b8a44bf4e66aa72a8cc66efffb350e82b7c67ea680139a6fcf4e357e98db6c1ed6da',X'b35be264c2de7cb14666a578d978adca06e87e3300507ed6366cd951ebff827c',1795147280000);
INSERT INTO ledger_entry VALUES('till-1',3,X'b35be264c2de7cb14666a578d978adca06e87e3300507ed6366cd951ebff827c',1795147240000,'{"orderAccepted":{"_0":{"accepted_at":1795147240000,"amount_fen":800,"amount_mode":"manual","day":"2026-11-20","lines":[],"means":{"face":{"_0":{"evidence":{"frames_agreed":3,"frames_seen":3,"library_version":1,"margin":0.1,"model":"","ms":{"detect":1,"embed":1,"face_to_decision":100,"search":1},"people":500,"runner_up":0.1,"score":0.8,"threshold":0.5},"face_token":"toktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktok","recognition":"post","user":{"display_name":"甲","out_user_id":"s00002","user_id":"P-s00002"}}}},"out_trade_no":"V1-0002","subsidy_fen":0,"time_quality":"unverified"}}}',X'0e47900b7efe82d3e20e6fc58a75fd6565914b6367010a78193699b9b7ade9813e30008c74a48888c9f7c7578b26a800434c3a811915cc9b44f88e1bd323e2e1',X'c805d4350123aa011b516b68315c29f4ad61e0f4f8a5191718cda109d67b3902',1795147280000);
INSERT INTO ledger_entry VALUES('till-1',4,X'c805d4350123aa011b516b68315c29f4ad61e0f4f8a5191718cda109d67b3902',1795147260000,'{"orderAccepted":{"_0":{"accepted_at":1795147260000,"amount_fen":900,"amount_mode":"manual","day":"2026-11-20","lines":[],"means":{"face":{"_0":{"evidence":{"frames_agreed":3,"frames_seen":3,"library_version":1,"margin":0.1,"model":"","ms":{"detect":1,"embed":1,"face_to_decision":100,"search":1},"people":500,"runner_up":0.1,"score":0.8,"threshold":0.5},"face_token":"toktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktoktok","recognition":"post","user":{"display_name":"甲","out_user_id":"s00003","user_id":"P-s00003"}}}},"out_trade_no":"V1-0003","subsidy_fen":0,"time_quality":"unverified"}}}',X'facfd1c87fb7c1c5d65bd7f2a047521e4b8bf78bcf86b7cb2cf4ab114cdb437fae0009014f179c1366351e06534105666fb8fae12a47700f3f116f2915896c42',X'853d7b52b61f84888203e0be7358fcc3331995b64deb4a4c8a9b68de248c0325',1795147280000);
INSERT INTO ledger_entry VALUES('till-1',5,X'853d7b52b61f84888203e0be7358fcc3331995b64deb4a4c8a9b68de248c0325',1795147280000,'{"orderAccepted":{"_0":{"accepted_at":1795147280000,"amount_fen":500,"amount_mode":"manual","day":"2026-11-20","lines":[],"means":{"takenByStaff":{}},"out_trade_no":"V1-0004","subsidy_fen":0,"time_quality":"unverified"}}}',X'42f5e87b97908ccf703ed771f79b407acbf5ca3f08d3b9a45246497c83d0608a215514628ca6c3c62bcac19fc9ef96f15e35e7932e8ffb9bbc599204fc5a9173',X'266074f21fc310ba5c462f06ffa40298a330da1f5aa128bf5629ad890ff9c06b',1795147280000);
INSERT INTO ledger_entry VALUES('till-1',6,X'266074f21fc310ba5c462f06ffa40298a330da1f5aa128bf5629ad890ff9c06b',1795147280000,'{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0004","state":"taken_by_staff"}}}',X'e51aeb244624dfc2964768709d1585b84e37623ce9097574877a7531858e461613dbd76d47affb9e240d7f07afe8eb3e72078baf9e07a7bd0f9ec20b96cdadd2',X'32f2420d5241652a18fc43e8a55d880a7b7dd3d985f90b4d57b9e97916619722',1795147280000);
INSERT INTO ledger_entry VALUES('till-1',7,X'32f2420d5241652a18fc43e8a55d880a7b7dd3d985f90b4d57b9e97916619722',1795147280000,'{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0001","state":"paid","transaction_id":"T-1"}}}',X'ea955d1f29a602b8393e55231467531d9acc713dc8b8f78bdc100a536b633a7b917184c67228ced2ff6165018aef373f5ac125edf628e75e26b32601467eed1a',X'6f67b5fba63bfcbf1290a01814d24f48197cfbe4a674b7e95feb4c817af389dd',1795147280000);
INSERT INTO ledger_entry VALUES('till-1',8,X'6f67b5fba63bfcbf1290a01814d24f48197cfbe4a674b7e95feb4c817af389dd',1795147280000,'{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0002","state":"advanced","transaction_id":"T-2"}}}',X'14dfea0b16ce50fcc37b74f1682ffe231a5ca5bd196404c6a8f3ebb028ed71172c2a54dd6bd7dd0760e25a904d3f265b1f1c48032f4d4ad77519578e540bc824',X'92a6e0da17ef45cbc2936032949d906ff51ab4c1347825d281b28f61a2e1ee5d',1795147280000);
INSERT INTO ledger_entry VALUES('till-1',9,X'92a6e0da17ef45cbc2936032949d906ff51ab4c1347825d281b28f61a2e1ee5d',1795147280000,'{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0003","reason":"NOTENOUGH","state":"delayed"}}}',X'996a7184817117ad7ea7b535fe1bd7e920048bbab45ff692d537411671375dbefc73722041f8844272f83236cf726d709e02a9ab3484ecb0ee73d729f1e328a2',X'23a6b514eb7faab1fac580ffe7b69b004541b2496a4c6d25876a38d8ee21300d',1795147280000);
INSERT INTO ledger_entry VALUES('till-1',10,X'23a6b514eb7faab1fac580ffe7b69b004541b2496a4c6d25876a38d8ee21300d',1795147280000,'{"userStanding":{"_0":{"bar":"advances_used_up","out_user_id":"s00003"}}}',X'9b4fbaa80127ccfe9fd2c07604f198bf64d05cb1c9f53eca746bd2a304d3dbdb40a58be1e6d9ee2d5593fae90d76174b8e1f1bca3a93460f43d0b521f35d4c13',X'788b56dbd157b59b16fd4e06d1dc7df3567b973b7762a766253e300454683b03',1795147280000);
INSERT INTO ledger_entry VALUES('till-1',11,X'788b56dbd157b59b16fd4e06d1dc7df3567b973b7762a766253e300454683b03',1795147280000,'{"refundRequested":{"_0":{"amount_fen":200,"operator":"anna","out_refund_no":"R-V1-0001-1","out_trade_no":"V1-0001","reason":"wrong dish"}}}',X'b2c0640871072f687a94060395c143267a43260dc822926f800e83a389a3730c30d81e0a7469f7a33474e415debda0ab36eb31e29264c7d8a8d13439f245c5f8',X'522b7cac1ec0b3f3f967d51b7d09fd82aa6f9aa5fd6b2bc356f5a0043f7b6ea0',1795147280000);
INSERT INTO ledger_entry VALUES('till-1',12,X'522b7cac1ec0b3f3f967d51b7d09fd82aa6f9aa5fd6b2bc356f5a0043f7b6ea0',1795147280000,'{"staffAction":{"_0":{"action":"reprint","operator":"anna","out_trade_no":"V1-0001"}}}',X'c3ad86181b1eddffdbd1607206831b4cf49cf7565fea63a1e3f0776cef99ea6b8cad73d987926baa2c4763a5b0ea39649d5d0bcea9a329f99b72bfe32c1eac5f',X'579deb596ce95a46be10bf8743e2b6bfd6bac973a4635ffeb911d530d5b7d525',1795147280000);
CREATE TABLE customer_order (
  out_trade_no TEXT PRIMARY KEY,
  terminal_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  amount_fen INTEGER NOT NULL,
  out_user_id TEXT,
  accepted_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  transaction_id TEXT,
  reason TEXT,
  outcome_unknown INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER, subsidy_fen INTEGER NOT NULL DEFAULT 0, to_collect_fen INTEGER NOT NULL DEFAULT 0, mode TEXT NOT NULL DEFAULT 'manual', period TEXT NOT NULL DEFAULT '', day TEXT NOT NULL DEFAULT '', operator TEXT NOT NULL DEFAULT '', refunded_fen INTEGER NOT NULL DEFAULT 0, void_requested TEXT, debits_on TEXT NOT NULL DEFAULT '', debits_that_day INTEGER NOT NULL DEFAULT 0, concluded_at INTEGER,
  FOREIGN KEY (terminal_id, sequence) REFERENCES ledger_entry (terminal_id, sequence)
) STRICT;
INSERT INTO customer_order VALUES('V1-0001','till-1',2,1200,'s00001',1795147220000,'paid','T-1',NULL,0,1,NULL,0,1200,'manual','','2026-11-20','',200,NULL,'2026-11-20',1,1795147280000);
INSERT INTO customer_order VALUES('V1-0002','till-1',3,800,'s00002',1795147240000,'advanced','T-2',NULL,0,1,NULL,0,800,'manual','','2026-11-20','',0,NULL,'2026-11-20',1,1795147280000);
INSERT INTO customer_order VALUES('V1-0003','till-1',4,900,'s00003',1795147260000,'delayed',NULL,'NOTENOUGH',0,1,1795149080000,0,900,'manual','','2026-11-20','',0,NULL,'2026-11-20',1,1795147280000);
INSERT INTO customer_order VALUES('V1-0004','till-1',5,500,NULL,1795147280000,'taken_by_staff',NULL,NULL,0,0,NULL,0,0,'manual','','2026-11-20','',0,NULL,'',0,NULL);
CREATE TABLE refund (
  out_refund_no TEXT PRIMARY KEY,
  out_trade_no TEXT NOT NULL REFERENCES customer_order (out_trade_no),
  terminal_id TEXT NOT NULL,
  amount_fen INTEGER NOT NULL,
  operator TEXT,
  reason TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  refund_id TEXT,
  failure TEXT,
  outcome_unknown INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER
) STRICT;
INSERT INTO refund VALUES('R-V1-0001-1','V1-0001','till-1',200,'anna','wrong dish',1795147280000,'refunded','F-1',NULL,0,NULL);
CREATE TABLE news (
  cursor INTEGER PRIMARY KEY AUTOINCREMENT,
  terminal_id TEXT NOT NULL,
  item TEXT NOT NULL
) STRICT;
INSERT INTO news VALUES(1,'till-1','{"leaseChanged":{}}');
INSERT INTO news VALUES(2,'till-2','{"leaseChanged":{}}');
INSERT INTO news VALUES(3,'till-1','{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0004","state":"taken_by_staff"}}}');
INSERT INTO news VALUES(4,'till-2','{"spentElsewhere":{"_0":{"day":"2026-11-20","entry":{"meals":{},"personal_fen":1200},"out_user_id":"s00001"}}}');
INSERT INTO news VALUES(5,'till-2','{"spentElsewhere":{"_0":{"day":"2026-11-20","entry":{"meals":{},"personal_fen":800},"out_user_id":"s00002"}}}');
INSERT INTO news VALUES(6,'till-2','{"spentElsewhere":{"_0":{"day":"2026-11-20","entry":{"meals":{},"personal_fen":900},"out_user_id":"s00003"}}}');
INSERT INTO news VALUES(7,'till-1','{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0001","state":"paid","transaction_id":"T-1"}}}');
INSERT INTO news VALUES(8,'till-1','{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0002","state":"advanced","transaction_id":"T-2"}}}');
INSERT INTO news VALUES(9,'till-1','{"orderResult":{"_0":{"at":1795147280000,"out_trade_no":"V1-0003","reason":"NOTENOUGH","state":"delayed"}}}');
INSERT INTO news VALUES(10,'till-1','{"userStanding":{"_0":{"bar":"advances_used_up","out_user_id":"s00003"}}}');
INSERT INTO news VALUES(11,'till-2','{"userStanding":{"_0":{"bar":"advances_used_up","out_user_id":"s00003"}}}');
INSERT INTO news VALUES(12,'till-1','{"refundResult":{"_0":{"at":1795147280000,"refund":{"amount_fen":200,"operator":"anna","out_refund_no":"R-V1-0001-1","out_trade_no":"V1-0001","reason":"wrong dish"},"refund_id":"F-1","state":"refunded"}}}');
CREATE TABLE operator (
  id TEXT PRIMARY KEY,
  profile TEXT NOT NULL
) STRICT;
INSERT INTO operator VALUES('anna','{"id":"anna","name":"Anna","pin":{"hash":"iztto3uAjNAWUsCk/as9jeHMZO1h3zF8tYp3RTx0i1s=","salt":"TeOXaG+K7IrwtcB6skGrCA=="},"role":"supervisor"}');
CREATE TABLE look_alike (
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  score REAL NOT NULL,
  PRIMARY KEY (first, second),
  CHECK (first < second)
) STRICT, WITHOUT ROWID;
CREATE TABLE confirmed_pair (
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  PRIMARY KEY (first, second),
  CHECK (first < second)
) STRICT, WITHOUT ROWID;
CREATE TABLE score_model (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  model TEXT NOT NULL,
  people INTEGER NOT NULL
) STRICT;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('news',12);
CREATE INDEX customer_order_due ON customer_order (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX customer_order_of_day ON customer_order (day, terminal_id);
CREATE INDEX customer_order_of_user ON customer_order (out_user_id, day) WHERE out_user_id IS NOT NULL;
CREATE INDEX refund_due ON refund (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX refund_of_order ON refund (out_trade_no);
CREATE INDEX news_of_terminal ON news (terminal_id, cursor);
CREATE INDEX look_alike_second ON look_alike (second);
COMMIT;
