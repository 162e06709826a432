package dev.tidewatch.embedded;

/** The name of a table or view; the {@code name} of a database is empty. */
record TableName(String database, String name) {

    @Override
    public String toString() {
        return database + "." + name;
    }
}
