package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Hides the value of a record component from people who operate jobs. The dashboard and the command
 * line show {@code ••••} in its place, and so do error messages, stack traces and log lines that
 * quote it, if it has at least 6 characters.
 *
 * <pre>{@code
 * @JobType("transfer.send")
 * public record TransferSend(UUID accountId, @Sensitive String iban, @Sensitive Address payee) {}
 * }</pre>
 *
 * <p>It works in payloads, results, signals, emitted values, results of steps and cursors, and in
 * all records that these contain. If the component is a record, a collection or a map, all of it is
 * hidden. Null is shown as null.
 *
 * <p>Without encryption keys the value is stored as it is: anyone who may read Tenon's tables may
 * read it. A runtime with {@code EncryptionKeys} encrypts it there. Handlers and applications get
 * it like any other value. Anything that a handler writes elsewhere, such as to the application's
 * log, is not changed: the {@code toString()} of a record, for example, shows all of its
 * components.
 *
 * <p>{@link Limit#by()}, {@link Backlog#by()}, {@link Ordered#by()}, {@link Batch#by()} and rates
 * that count costs cannot name such a component. {@link Unique} can; the key of a job is then a
 * hash.
 */
@Documented
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
@Retention(RetentionPolicy.CLASS)
public @interface Sensitive {}
