package dev.tidewatch.consumer;

import static java.util.stream.Collectors.groupingBy;

import dev.tidewatch.changes.CanalJsonText;
import dev.tidewatch.changes.RowChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/**
 * Joins a DELETE and an INSERT of one key and one transaction to the UPDATE that they were. TiCDC before v7.5.3 and v8.1.1 splits an UPDATE
 * that changes a unique key, and sends the DELETE first (TiCDC, "Split primary or unique key UPDATE events"). An update of the primary key
 * itself stays a DELETE and an INSERT, which name each other's keys.
 */
@Component("splitUpdates")
public class SplitUpdates {

    /** The changes of one transaction in one table. */
    private static final class Transaction {

        private final Map<Map<String, Object>, ConsumedRecord> deletes = new LinkedHashMap<>();
        private final List<ConsumedRecord> inserts = new ArrayList<>();
    }

    /**
     * Joins the halves that a poll contains of a partition: the record of the INSERT becomes that of the UPDATE, and the record of the
     * DELETE is done with it: another attempt may get them in two polls. Call after duplicates are marked, because the halves have
     * identities of their own.
     */
    public void join(@Variable("poll") Poll poll) {
        poll.partitions().forEach(partition -> join(partition.records()));
    }

    void join(List<ConsumedRecord> records) {
        Map<List<Object>, Transaction> transactions = new HashMap<>();
        for (ConsumedRecord record : records) {
            if (record.event() instanceof RowChange change && isHalf(change) && !record.isDuplicate() && !record.isReplayed()) {
                Transaction transaction = transactions.computeIfAbsent(List.of(change.commitTs(), change.database(), change.table()),
                        first -> new Transaction());
                if (change.operation().equals("DELETE")) {
                    transaction.deletes.put(change.key(), record);
                } else {
                    ConsumedRecord delete = transaction.deletes.remove(change.key());
                    if (delete == null) {
                        transaction.inserts.add(record);
                    } else if (!delete.isDone()) {
                        // Otherwise an earlier attempt has handled the DELETE itself, or both.
                        join(delete, record);
                    }
                }
            }
        }
        transactions.values().forEach(SplitUpdates::nameMovedRows);
    }

    private static boolean isHalf(RowChange change) {
        return !change.operation().equals("UPDATE") && change.commitTs() != null && !change.key().isEmpty();
    }

    private static void join(ConsumedRecord delete, ConsumedRecord insert) {
        insert.replaceEvent(change(insert).joinedWith(change(delete)));
        if (delete.value() != null && insert.value() != null) {
            CanalJsonText.joined(delete.value(), insert.value()).ifPresent(insert::setValue);
        }
        delete.joinTo(insert);
    }

    /**
     * A row has moved if a DELETE and an INSERT differ in the key only, and no other pair looks the same. Without any other column, two
     * rows always look the same.
     */
    private static void nameMovedRows(Transaction transaction) {
        if (transaction.deletes.isEmpty() || transaction.inserts.isEmpty()) {
            return;
        }
        Map<Map<String, Object>, List<ConsumedRecord>> deletes = byRest(transaction.deletes.values());
        byRest(transaction.inserts).forEach((rest, inserted) -> {
            List<ConsumedRecord> deleted = deletes.getOrDefault(rest, List.of());
            if (!rest.isEmpty() && deleted.size() == 1 && inserted.size() == 1) {
                RowChange before = change(deleted.get(0));
                RowChange after = change(inserted.get(0));
                deleted.get(0).replaceEvent(before.withOtherKey(after.key()));
                inserted.get(0).replaceEvent(after.withOtherKey(before.key()));
            }
        });
    }

    private static Map<Map<String, Object>, List<ConsumedRecord>> byRest(Collection<ConsumedRecord> records) {
        return records.stream().collect(groupingBy(record -> {
            Map<String, Object> rest = new HashMap<>(change(record).data());
            rest.keySet().removeAll(change(record).key().keySet());
            return rest;
        }));
    }

    private static RowChange change(ConsumedRecord record) {
        return (RowChange) record.event();
    }
}
