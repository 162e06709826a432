package dev.tidewatch.embedded;

/** A table or view; a database itself has an empty name. */
record TableName(String database, String name) {

    @Override
    public String toString() {
        return database + "." + name;
    }
}
