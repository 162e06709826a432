package dev.tidewatch.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.springframework.dao.DataAccessException;

/** Inserts, updates and deletes rows of its own, several in one transaction. */
final class RowChanges {

    private static final int ROWS = 5;
    private static final int ONE_IN = 20;
    private static final int LONGEST_PAUSE_MILLIS = 100;

    private final Users users;
    private final Queue<Users.Row> deletions;
    private final String prefix;
    private final Random random;
    private final List<String> usernames = new ArrayList<>();
    private int inserted;

    /**
     * Creates a writer.
     *
     * @param deletions receives the last version of each row before its deletion, which may fail
     * @param prefix prefix of the names in its rows
     */
    RowChanges(Users users, Queue<Users.Row> deletions, String prefix, Random random) {
        this.users = users;
        this.deletions = deletions;
        this.prefix = prefix;
        this.random = random;
    }

    /** Makes one change. The final content of the database shows whether a failed change was committed. */
    void change() {
        Load.pause(random.nextInt(LONGEST_PAUSE_MILLIS));
        try {
            if (usernames.size() < ROWS) {
                usernames.add(prefix + ++inserted);
                users.insert(usernames.get(usernames.size() - 1));
            } else if (random.nextInt(ONE_IN) == 0) {
                delete(usernames.remove(random.nextInt(ROWS)));
            } else {
                int from = random.nextInt(ROWS);
                users.update(usernames.subList(from, from + 1 + random.nextInt(ROWS - from)));
            }
        } catch (DataAccessException away) {
            Load.pause(LONGEST_PAUSE_MILLIS);
        }
    }

    private void delete(String username) {
        users.rows(username).stream().filter(row -> row.username().equals(username)).forEach(row -> {
            deletions.add(row);
            users.delete(username);
        });
    }
}
