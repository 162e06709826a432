import { Button } from "../components/Button";
import { Confirm } from "../components/Confirm";
import { restoreFocus } from "../components/Page";
import { UntrustedText } from "../components/UntrustedText";
import { useReplay } from "./replay";

type Props = {
  topic: string;
  deadLetter: { partition: number; offset: number; replays: number };
  maxReplays: number;
};

/** Replays one dead letter after a confirmation. */
export function ReplayButton({ topic, deadLetter: { partition, offset, replays }, maxReplays }: Props) {
  const replay = useReplay();
  if (replays >= maxReplays) {
    return <span className="muted">limit reached</span>;
  }
  return (
    <span ref={restoreFocus}>
      <Confirm
        trigger={
          <Button busy={replay.isPending} aria-label={`Replay the dead letter at partition ${partition}, offset ${offset}`}>
            Replay …
          </Button>
        }
        title="Replay this dead letter?"
        action="Replay"
        onConfirm={() => replay.mutate({ topic, partition, offsets: [offset], limit: 1 })}
      >
        <p>
          Sends the record at partition {partition}, offset {offset} of <UntrustedText code>{topic}</UntrustedText> back to its original
          topic. Only the route that failed processes it again.
        </p>
      </Confirm>
    </span>
  );
}
