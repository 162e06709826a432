package dev.tidewatch.consumer;

/** What a consumer remembers of a partition beyond the records of a poll. */
interface Remembered {

    /** Nothing. */
    Remembered NOTHING = new Remembered() {

        @Override
        public String metadata(long offset) {
            return "";
        }

        @Override
        public void continueAt(long offset) {
        }
    };

    /**
     * The metadata to commit with an offset, for the next consumer of the partition.
     *
     * @param offset the offset to commit; the records from there on are not to be remembered
     * @return at most 4096 bytes
     */
    String metadata(long offset);

    /** Remembers the records of the poll before an offset, where the consumer continues, and forgets the others. */
    void continueAt(long offset);
}
