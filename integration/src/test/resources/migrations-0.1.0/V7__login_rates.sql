-- How many logins the clients' addresses have left. A bucket is full again at full_at; a row whose time has come says nothing any more.
CREATE TABLE login_rates (
  network  VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  full_at  DATETIME(3) NOT NULL,
  admitted BOOLEAN     NOT NULL,
  KEY login_rates_full_at (full_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
