// Reads user events from the beginning of a topic and prints one line of JSON per record, with the fields that log-user-events writes.
// Each line on stdin is the name of a consumer group to start over with; the previous one leaves the topic.
import { createInterface } from 'node:readline';
import { Kafka, logLevel } from 'kafkajs';

const kafka = new Kafka({
  clientId: 'bench',
  brokers: process.env.KAFKA_BROKERS.split(','),
  logLevel: logLevel.ERROR,
});

async function consume(groupId, topic) {
  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ topic, partition, message }) => {
      const event = JSON.parse(message.value.toString());
      console.log(
        JSON.stringify({
          timestamp: new Date().toISOString(),
          message: 'User event',
          logger: 'bench.consumer',
          level: 'INFO',
          routeId: groupId,
          source: 'kafka-user-events',
          event: event.action,
          eventId: event.eventId,
          userId: event.userId,
          username: event.username,
          ip: event.ipAddress,
          reason: event.reason,
          topic,
          partition,
          offset: Number(message.offset),
          service: 'bench',
        }),
      );
    },
  });
  return consumer;
}

let consumer;
for await (const groupId of createInterface({ input: process.stdin })) {
  await consumer?.disconnect();
  consumer = await consume(groupId, process.env.TOPIC);
}
await consumer?.disconnect();
