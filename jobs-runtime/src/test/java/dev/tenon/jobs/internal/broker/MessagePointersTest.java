package dev.tenon.jobs.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.pointer.JobPointer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagePointersTest {

  private static List<JobPointer> pointers(int count, String type, JobPriority priority) {
    return Stream.generate(
            () -> new JobPointer(UUID.randomUUID(), type, "jobs." + type, priority, 0, false))
        .limit(count)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "39, 39, 1", "40, 20, 2", "1000, 20, 50", "1010, 21, 50", "5000, 100, 50"})
  void manyPointersShareAMessageAndThereAreMessagesForManyWorkers(
      int count, int messages, int size) {
    List<JobPointer> pointers = pointers(count, "mail.send", JobPriority.NORMAL);
    List<MessagePointers> distributed = MessagePointers.distribute(pointers, new MessageShares());
    assertThat(distributed).hasSize(messages);
    assertThat(distributed).first().extracting(each -> each.pointers().size()).isEqualTo(size);
    assertThat(distributed.stream().flatMap(each -> each.pointers().stream()))
        .as("all of them, in their order")
        .containsExactlyElementsOf(pointers);
  }

  @Test
  void aMessageHasOneTypeAndOnePriority() {
    List<JobPointer> mixed = new ArrayList<>();
    mixed.addAll(pointers(100, "mail.send", JobPriority.NORMAL));
    mixed.addAll(pointers(100, "mail.send", JobPriority.HIGH));
    mixed.addAll(pointers(100, "mail.read", JobPriority.NORMAL));
    Collections.shuffle(mixed);
    assertThat(MessagePointers.distribute(mixed, new MessageShares()))
        .hasSize(60)
        .allSatisfy(
            message ->
                assertThat(message.pointers())
                    .allMatch(each -> each.type().equals(message.type()))
                    .allMatch(each -> each.priority() == message.priority()));
  }

  @Test
  void aJobForAnotherLanguageHasItsOwnMessage() {
    List<JobPointer> external =
        Stream.generate(
                () ->
                    new JobPointer(
                        UUID.randomUUID(), "cad.convert", "cad", JobPriority.NORMAL, 0, true))
            .limit(100)
            .toList();
    assertThat(MessagePointers.distribute(external, new MessageShares())).hasSize(100);
  }
}
