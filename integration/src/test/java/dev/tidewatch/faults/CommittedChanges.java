package dev.tidewatch.faults;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The row changes that must have been committed, derived from the final content of the database. */
final class CommittedChanges {

    private final Set<String> marks = new HashSet<>();

    private CommittedChanges() {
    }

    /**
     * The marks of all changes of rows whose user name has the prefix.
     *
     * @param deletions the last version of each row that may have been deleted
     */
    static Set<String> marks(Users users, String prefix, Collection<Users.Row> deletions) {
        CommittedChanges changes = new CommittedChanges();
        Collection<Users.Row> rows = users.rows(prefix);
        Set<String> there = rows.stream().map(Users.Row::username).collect(Collectors.toSet());
        rows.forEach(changes::addVersions);
        deletions.stream().filter(row -> row.username().startsWith(prefix) && !there.contains(row.username())).forEach(row -> {
            changes.addVersions(row);
            changes.marks.add(AuditLine.userMark("DELETE", row.username(), row.version()));
        });
        users.tokens(prefix).forEach(changes::addLogin);
        return changes.marks;
    }

    private void addVersions(Users.Row row) {
        marks.add(AuditLine.userMark("INSERT", row.username(), 0));
        for (long version = 1; version <= row.version(); version++) {
            marks.add(AuditLine.userMark("UPDATE", row.username(), version));
        }
    }

    /** A login updates its user and inserts a token, a logout updates the token. */
    private void addLogin(Users.Token token) {
        marks.add(AuditLine.userMark("UPDATE", token.username(), 0));
        marks.add(AuditLine.tokenMark("INSERT", token.id()));
        if (token.revoked()) {
            marks.add(AuditLine.tokenMark("UPDATE", token.id()));
        }
    }
}
