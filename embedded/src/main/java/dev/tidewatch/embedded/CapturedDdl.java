package dev.tidewatch.embedded;

/**
 * One DDL message.
 *
 * @param type canal's name for what happened: CREATE, ALTER, RENAME, TRUNCATE, ERASE, CINDEX, DINDEX or QUERY
 * @param table the table it is about, by its new name
 * @param renamedFrom the table's old name, or null
 * @param sql the statement in TiDB's normal form
 */
record CapturedDdl(String type, TableName table, TableName renamedFrom, String sql) {

    CapturedDdl(String type, TableName table, String sql) {
        this(type, table, null, sql);
    }
}
