package dev.tenon.jobs.internal.broker;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.pointer.JobPointer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The pointers that one message carries: of one type, one routing key and one priority. Immutable.
 *
 * @param messageId the id of the message: that of the job, if there is only one; otherwise a new
 *     one for each message, because missing messages of a queue are found by counting ids
 * @param pointers the pointers, at least one
 */
record MessagePointers(UUID messageId, List<JobPointer> pointers) {

  /**
   * The maximum number of pointers. More would hardly make a message cheaper, and would be
   * distributed over workers in larger pieces.
   */
  static final int MAX_POINTERS = 50;

  /** RabbitMQ's limit of the properties that are short strings. */
  private static final int MAX_PROPERTY_BYTES = 255;

  /** The common properties of a message's pointers. */
  record Kind(String routingKey, String type, JobPriority priority, boolean external) {}

  MessagePointers(List<JobPointer> pointers) {
    this(pointers.size() == 1 ? pointers.get(0).jobId() : UUID.randomUUID(), List.copyOf(pointers));
  }

  /**
   * Distributes pointers over messages. A worker in another language gets a message for each job.
   *
   * @param shares the number of pointers that a message carries at the moment
   */
  static List<MessagePointers> distribute(Collection<JobPointer> pointers, MessageShares shares) {
    Map<Kind, List<JobPointer>> byKind = new LinkedHashMap<>();
    for (JobPointer pointer : pointers) {
      Kind kind =
          new Kind(pointer.routingKey(), pointer.type(), pointer.priority(), pointer.external());
      byKind.computeIfAbsent(kind, unused -> new ArrayList<>()).add(pointer);
    }
    List<MessagePointers> messages = new ArrayList<>();
    byKind.forEach(
        (kind, all) -> {
          int size = kind.external() ? 1 : shares.pointersPerMessage(kind, all.size());
          for (int first = 0; first < all.size(); first += size) {
            messages.add(
                new MessagePointers(all.subList(first, Math.min(first + size, all.size()))));
          }
        });
    return messages;
  }

  String routingKey() {
    return first().routingKey();
  }

  String type() {
    return first().type();
  }

  JobPriority priority() {
    return first().priority();
  }

  List<UUID> jobIds() {
    return pointers.stream().map(JobPointer::jobId).toList();
  }

  /** Returns whether the type fits into a property of the message. */
  boolean hasShortType() {
    return type().getBytes(StandardCharsets.UTF_8).length <= MAX_PROPERTY_BYTES;
  }

  private JobPointer first() {
    return pointers.get(0);
  }
}
