import { Button } from "../parts/Button";
import { Confirm } from "../parts/Confirm";
import { Name } from "../parts/Name";
import { handsFocusOn } from "../parts/Page";
import { useReplay } from "./replay";

type Props = {
  topic: string;
  letter: { partition: number; offset: number; replays: number };
  maxReplays: number;
};

/** The button that sends one letter back, after a question. */
export function ReplayOne({ topic, letter: { partition, offset, replays }, maxReplays }: Props) {
  const replay = useReplay();
  if (replays >= maxReplays) {
    return <span className="muted">stays</span>;
  }
  return (
    <span ref={handsFocusOn}>
      <Confirm
        trigger={
          <Button busy={replay.isPending} aria-label={`Replay the letter at partition ${partition}, offset ${offset}`}>
            Replay …
          </Button>
        }
        title="Replay this letter?"
        action="Replay"
        onConfirm={() => replay.mutate({ topic, partition, offsets: [offset], limit: 1 })}
      >
        <p>
          The record at partition {partition}, offset {offset} of <Name code>{topic}</Name> goes back to where it came from, and the route
          that failed tries it again.
        </p>
      </Confirm>
    </span>
  );
}
