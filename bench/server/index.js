// Answers GET /api/profile as Tidewatch does: hashes the access token, and finds session and user by one SELECT.
import { createHash } from 'node:crypto';
import express from 'express';
import mysql from 'mysql2/promise';

const pool = mysql.createPool({
  host: process.env.TIDB_HOST,
  port: Number(process.env.TIDB_PORT),
  user: process.env.TIDB_USER,
  password: process.env.TIDB_PASSWORD,
  database: process.env.TIDB_DATABASE,
});

const FIND_SESSION = `
  SELECT u.id AS userId, u.username, u.email,
         CONCAT(LEFT(DATE_FORMAT(t.expires_at, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z') AS tokenExpiresAt
  FROM access_tokens t
  JOIN users u ON u.id = t.user_id
  WHERE t.token_hash = ? AND t.revoked_at IS NULL AND t.expires_at > CURRENT_TIMESTAMP(3)`;

async function authenticate(request, response, next) {
  const [, token] = /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(request.get('Authorization') ?? '') ?? [];
  const hash = token && createHash('sha256').update(token).digest();
  const [[session]] = hash ? await pool.execute(FIND_SESSION, [hash]) : [[]];
  if (!session) {
    response.status(401).type('application/problem+json').send({ title: 'Unauthorized', status: 401 });
    return;
  }
  request.session = session;
  next();
}

const app = express();
app.use(express.json());
app.get('/api/profile', authenticate, (request, response) => {
  response.json(request.session);
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
