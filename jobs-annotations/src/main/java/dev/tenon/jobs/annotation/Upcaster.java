package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a current payload or result from one that was stored as an earlier version of its type.
 *
 * <p>It is placed on a static method of the payload record, or of the record (or sealed interface)
 * that is the result. The method returns that record. Its only parameter is the stored value: a
 * record with the components of that version, or a {@code String} with the stored JSON.
 *
 * <pre>{@code
 * @JobType(value = "mail.send", version = 2)
 * public record MailSend(List<String> to, String text) {
 *
 *   record Version1(String to, String text) {}
 *
 *   @Upcaster(from = 1)
 *   static MailSend fromVersion1(Version1 old) {
 *     return new MailSend(List.of(old.to()), old.text());
 *   }
 * }
 * }</pre>
 *
 * <p>Upcasters do not form chains: each of them makes the current record. Constraints of the old
 * record are not checked; those of the new one are checked on the returned value. If only the
 * payload has an upcaster for a version, results of that version are read as they are, and vice
 * versa.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.CLASS)
public @interface Upcaster {

  /**
   * The version of the job type that the method reads: from 1 to one less than {@link
   * JobType#version()}.
   */
  int from();
}
