package dev.tidewatch.embedded;

/**
 * One DDL message.
 *
 * @param type canal's name for the operation: CREATE, ALTER, RENAME, TRUNCATE, ERASE, CINDEX, DINDEX or QUERY
 * @param table the table, by its new name if it was renamed
 * @param renamedFrom the table's old name, or null
 * @param sql the statement
 */
record CapturedDdl(String type, TableName table, TableName renamedFrom, String sql) {
}
