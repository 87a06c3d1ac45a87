package dev.tenon.jobs.processor.check;

import javax.tools.Diagnostic.Kind;

/**
 * Everything that the processor reports: an id that never changes, and the wording. Each message
 * says what was found, then the rule, then the fix. {@code docs/diagnostics.md} has a page on each
 * id.
 */
public enum Diagnostic {
  // The declaration of a job type
  TYPE_NAME("JobsTypeName", "'%s' is not a valid job type%s"),
  TIMEOUT(
      "JobsTimeout",
      "The timeout '%2$s' is not a duration from 1ms to 365d. Write it as %1$s; for example"
          + " timeout = \"5m\"."),
  RETRY_DELAY(
      "JobsRetryDelays",
      "The retry delay '%2$s' is not a duration from 0s to 365d. Write it as %1$s; for"
          + " example retryDelays = {\"30s\", \"1m\"}."),
  UNUSED_RETRY_DELAYS(
      "JobsUnusedDelays",
      "retryDelays has %s, but maxAttempts = %d uses %s. Remove %s, or write maxAttempts = %d."),
  MAX_ATTEMPTS(
      "JobsMaxAttempts",
      "maxAttempts is %d, but it counts the first attempt, so it must be at least 1. Write"
          + " maxAttempts = 1 for a job that is never retried."),
  JITTER(
      "JobsJitter",
      "jitter is %s, but it is a share of each retry delay, from 0 to 1. Write jitter ="
          + " 0.1, for example, to make delays up to a tenth longer."),
  RETENTION(
      "JobsRetention",
      "The retention %3$s'%2$s' is not a duration from 0s to 36500d. Write it as %1$s; for"
          + " example %4$s = \"30d\"."),
  START_WITHIN(
      "JobsStartWithin",
      "startWithin is '%2$s', but it is a duration from 1s to 365d. Write it as %1$s, for example"
          + " startWithin = \"10m\"; or remove it, so that a job may start at any time."),
  ROUTING_KEY(
      "JobsRoutingKey",
      "The routing key %s. It must have 1 to 255 bytes, contain no '*', '#' or control "
          + "character, must not start with 'amq.', and must not be 'jobs.dead-letter'. Write, for"
          + " example, routingKey = \"jobs.widgets\"."),
  LABEL(
      "JobsLabel",
      "The label %s. A label is a single line that people see. Write one, or remove label to use "
          + "'%s'."),
  NO_RETRY_ON(
      "JobsNoRetryOn",
      "noRetryOn names %s, %s. It lists, once each, exceptions that do not decide about"
          + " retries themselves. Remove this one."),
  UNUSED_RETRY(
      "JobsUnusedRetry",
      Kind.WARNING,
      "%s has no effect, because %s. Remove one of them, or add"
          + " @SuppressWarnings(\"JobsUnusedRetry\")."),
  LIMIT("JobsLimit", "%s is %d, but a limit is a number from 1 to %d, or 0 for no limit. %s."),
  RATE(
      "JobsRate",
      "'%s' in %s is not a rate. Write an amount from 1 to %d and a window of up to %d days, such"
          + " as 10/s, 100/10s, 900/15m, 1000/h or 200000 tokens/m, where tokens is a component."),
  COST(
      "JobsCost",
      "\"%s\" counts '%s', and another rate counts '%s', but a job has one cost. Let all rates"
          + " that count costs count the same component."),
  RATES(
      "JobsRates",
      "%s has %d rates, but it takes up to %d, of different windows. Remove this one."),
  BACKLOG(
      "JobsBacklog",
      "max of @Backlog is %d, but it is a number from 1 to %d. Write how many jobs may wait, or"
          + " remove @Backlog if any number may."),
  COMPONENT(
      "JobsComponent",
      "%s names '%s', but the payload %s has no component of that name. Write the name as"
          + " the record declares it.%s"),
  COMPONENT_TYPE(
      "JobsComponentType",
      "%s names %s, which has the type %s. %s, or an Optional of one of these. Name another"
          + " component, or change the type of this one."),
  SENSITIVE_KEY(
      "JobsSensitiveKey",
      "%s names %s, which is @Sensitive, but people see %s. Name another"
          + " component, such as an id, or remove @Sensitive."),
  DUPLICATE_COMPONENT(
      "JobsDuplicateComponent",
      "@Unique names '%s' twice. A component counts once, however often it is named. Remove"
          + " this one."),
  UNIQUE_PERIOD(
      "JobsUniquePeriod",
      "The period '%2$s' of @Unique is not a duration from 1ms to 36500d. Write it as %1$s; for"
          + " example period = \"10m\"."),
  ONLY_ONE(
      "JobsOnlyOne",
      "%s has %d annotations, but it takes one for now; later versions will allow several."
          + " Remove this @%s."),
  NO_EFFECT("JobsNoEffect", "%s has no effect, because %s. %s."),
  CRON("JobsCron", "The cron expression '%s' %s."),
  FIXED_DELAY(
      "JobsFixedDelay",
      "The fixed delay '%2$s' is not a duration from 1s to 365d. Write it as %1$s; for example"
          + " @Schedule(fixedDelay = \"30s\")."),
  CRON_AND_DELAY(
      "JobsCronAndDelay",
      "@Schedule has both cron and fixedDelay, but runs start either at fixed times or a fixed "
          + "delay after the last one ended. Remove one of them, or write two @Schedule "
          + "annotations."),
  SCHEDULE_NAME("JobsScheduleName", "%s. %s."),
  SCHEDULE_PAYLOAD(
      "JobsSchedulePayload",
      "@Schedule makes payloads with the no-argument constructor of %s, but %s. Write one"
          + " that is not private, throws no checked exception and gives every component a value,"
          + " or name a static method, as in payload = \"nightly\"."),
  SCHEDULE_PAYLOAD_METHOD(
      "JobsSchedulePayloadMethod",
      "payload of @Schedule is '%1$s', but that is not a method of %2$s that can make the payload:"
          + " %3$s. Write it as a static method that takes no parameters, returns %2$s, is not"
          + " private and throws no checked exception.%4$s"),
  SCHEDULE_UNTIL(
      "JobsScheduleUntil",
      "The end '%s' of @Schedule is not a date and time with an offset in the years 1970 to 9999."
          + " Write it as in until = \"2027-01-01T00:00:00+01:00\"."),
  ZONE(
      "JobsZone",
      "'%s' is not a time zone that Java knows. Write the name of a region, such as"
          + " 'Europe/Berlin', or 'UTC'.%s"),
  CATCH_UP(
      "JobsCatchUp",
      "The catch-up window '%2$s' of @Schedule is not a duration from 0s to 365d. Write it as %1$s;"
          + " for example catchUp = \"1h\"."),
  SCHEDULE_JITTER(
      "JobsScheduleJitter",
      "The jitter '%2$s' of @Schedule is not a duration from 0s to 365d. Write it as %1$s; for"
          + " example jitter = \"2m\"."),
  EXTERNAL_ATTRIBUTES(
      "JobsExternalAttributes",
      "noRetryOn does not work with external = true, because a worker in another language throws "
          + "no Java exceptions. Remove noRetryOn, and let that worker report which failures "
          + "are permanent."),
  RESULT_TYPE(
      "JobsResultType",
      "The result is %s. A result must be a class without type parameters, not a primitive. %s."),
  DUPLICATE_TYPE(
      "JobsDuplicateType",
      "'%s' is declared by both %s and %s. An application declares each job type once."
          + " Rename one of them."),
  ALIAS("JobsAlias", "The alias '%s' %s."),
  ALIAS_CLASH(
      "JobsAliasClash",
      "'%s' is both %s and %s. A name can belong to only one job type. Remove one of them."),
  VERSION(
      "JobsVersion",
      "version is %d, but versions are counted from 1. Write version" + " = 1, or remove it."),
  UPCASTER(
      "JobsUpcaster",
      "%s. An upcaster is a static method of a stored record that takes what was stored, as a"
          + " record or a String, and returns the current form."),
  UPCASTER_VERSION("JobsUpcasterVersion", "%s."),
  MISSING_UPCASTER(
      "JobsMissingUpcaster",
      "'%s' is at version %d, but %s an @Upcaster(from = %d) that reads what was stored"
          + " before. Write one, or set version = %d if nothing has changed."),
  TASK_INPUT("JobsTaskInput", "%s."),
  TASK_INPUT_RETURN(
      "JobsTaskInputReturn",
      "%s() %s. It must make one payload, an Optional of one or, from one result, a List for"
          + " many jobs. Let it return %s."),
  TASK_INPUT_PARAMETERS(
      "JobsTaskInputParameters",
      "%s() takes %s. It must take one to three results, after a draft if it needs one. %s."),
  TASK_INPUT_RESULT(
      "JobsTaskInputResult",
      "The parameter '%s' of %s() has the type %s, %s. It stands for the result of an earlier"
          + " task, or for a List of results. %s."),
  TASK_INPUT_OWNER(
      "JobsTaskInputOwner",
      "%s() is in %s, which is %s. A method with @FromResults belongs in the payload record"
          + " that it makes. Move it there."),
  SHARED_QUEUE(
      "JobsSharedQueue",
      "'%s' is external and '%s' is not, but both use the queue '%s'. Messages of a shared"
          + " queue go to any of its workers. Give one of them another routingKey."),
  NAME_CLASH("JobsNameClash", "%s. Rename one of them."),
  NAME_LENGTH(
      "JobsNameLength",
      "The name of %s is too long: a file that is generated for it would have a name of %d"
          + " bytes, but file systems allow %d. Shorten it by %d."),

  // The payload
  NOT_A_RECORD(
      "JobsNotRecord",
      "%s is %s. @JobType belongs on a record, which is then the payload of a job type, or"
          + " on a class that implements JobHandler or BatchJobHandler. %s."),
  KOTLIN_DATA_CLASS(
      "JobsKotlinDataClass",
      "%s is a data class in Kotlin, which Java sees as a class with getters and not as a record. A"
          + " payload is a record in Java. Write this one in src/main/java: public record %s(%s)"
          + " {}."),
  PAYLOAD_GENERIC(
      "JobsPayloadGeneric",
      "The %s %s has type parameters, which JSON cannot carry. Name the types in its"
          + " components."),
  NOT_ACCESSIBLE(
      "JobsNotAccessible", "Generated code in package %s cannot use %s: it is %s. Make it public."),

  JSON("JobsJson", "JSON cannot carry %s: that is %s."),
  JACKSON(
      "JobsJackson",
      "%s on %s has no effect: generated code follows only @JsonProperty(\"name\") and @JsonAlias"
          + " of Jackson's annotations. %s."),
  JSON_NAME(
      "JobsJsonName",
      "The components %s and %s of %s share the JSON name '%s', but each needs its own. Change"
          + " @JsonProperty or @JsonAlias on one of them."),
  UNION(
      "JobsUnion",
      "In %s, %s. JSON tells the records of a sealed interface apart by the property"
          + " 'type', which holds their simple names. Rename it."),
  ENDLESS(
      "JobsEndless",
      "No %s can ever be created, because its component %s always needs another one. Make"
          + " it @Nullable, an Optional or a List."),

  // The signal
  SIGNAL_NAME("JobsSignalName", "'%s' is not a valid name of a signal%s"),
  SIGNAL_NOT_RECORD(
      "JobsSignalNotRecord",
      "%s is %s. @Signal belongs on a record, whose components are what the signal says. %s."),
  SIGNAL_AND_JOB_TYPE(
      "JobsSignalAndJobType",
      "%s has both @JobType and @Signal, but a record is either the payload of a job or a signal to"
          + " one. Remove one of them, or write a second record."),
  DUPLICATE_SIGNAL(
      "JobsDuplicateSignal",
      "The signal '%s' is declared by both %s and %s. An application declares each signal once."
          + " Rename one of them."),

  // The handler
  UNKNOWN_TYPE(
      "JobsUnknownType",
      "No record in this compilation or in an included module declares the job type '%s'.%s"),
  NOT_INCLUDED("JobsNotIncluded", "%s %s, a %s of a module that this one does not include. %s %s."),
  MISSING_HANDLER(
      "JobsMissingHandler", "'%s' has no handler. Each job type needs exactly one. %s."),
  DUPLICATE_HANDLER(
      "JobsDuplicateHandler",
      "'%s' is handled by both %s and %s. Each job type has exactly one handler. Remove one"
          + " of them."),
  PAYLOAD_MISMATCH(
      "JobsPayloadMismatch",
      "The handler implements %5$s, but the payload of '%1$s' is %2$s. Implement"
          + " %6$s<%3$s, %4$s>."),
  RESULT_MISMATCH(
      "JobsResultMismatch",
      "The handler implements %5$s, but the result of '%1$s' is %2$s. Implement"
          + " %7$s<%3$s, %4$s>%6$s."),
  HANDLER_ATTRIBUTES(
      "JobsHandlerAttributes",
      "%s cannot be set on a handler, where @JobType only names the job type. Move it to"
          + " the record that declares '%s'."),
  HANDLER_ABSTRACT(
      "JobsHandlerAbstract", "The handler %s cannot be instantiated, because it is %s."),
  HANDLER_GENERIC(
      "JobsHandlerGeneric",
      "The handler %s has type parameters, but a handler handles one job type. Name the"
          + " types where it implements %s."),
  HANDLER_INNER(
      "JobsHandlerInner",
      "The handler %1$s is an inner class, so it cannot be created without an instance of"
          + " %2$s. Make it static."),
  EXTERNAL_HANDLER(
      "JobsExternalHandler",
      "'%s' is external, as %s declares it, so a worker in another language handles it."
          + " Remove the handler %s, or external = true on %s."),
  HANDLER_ELSEWHERE(
      "JobsHandlerElsewhere",
      "The module %1$s says handlers = ELSEWHERE, but contains the handler %2$s. Move it to"
          + " the application that includes the module, or remove handlers = ELSEWHERE."),

  EMITS(
      "JobsEmits",
      "emits names %s. What a job emits is a record, or a sealed interface of records, so that"
          + " later versions can read it. Write a record with a component of that type."),
  EMITS_MISMATCH("JobsEmitsMismatch", "%s, but %s. %s."),

  BATCH("JobsBatch", "%s. %s."),
  BATCH_SIZE(
      "JobsBatchSize",
      "maxJobs of @Batch is %d, but a batch has from %d to %d jobs, as many as one statement"
          + " claims. Write, for example, maxJobs = 100."),
  BATCH_WAIT(
      "JobsBatchWait",
      "The maxWait '%2$s' of @Batch is not a duration from 1ms to 10s. Write it as %1$s; for"
          + " example maxWait = \"50ms\"."),

  // The steps, waits and cursor of a handler
  STEP(
      "JobsStep",
      "%s. Generated code calls steps and methods with @InDoubt, so they are ordinary methods, and"
          + " no other method of the handler has their names."),
  STEP_NAME(
      "JobsStepName", "%s. Jobs find what they have recorded by the names of steps and waits. %s."),
  STEP_KEY(
      "JobsStepKey",
      "%s. A step has one key at most: a String, a whole number, a UUID or an enum. %s."),
  STEP_PARAMETERS(
      "JobsStepParameters",
      "%s() has %d parameters of type %s, but takes one at most. Remove one."),
  STEP_RESULT(
      "JobsStepResult", "%s() %s, but the result of a step is recorded, and never null. %s."),
  STEP_ATTEMPTS("JobsStepAttempts", "%s. %s."),
  IN_DOUBT("JobsInDoubt", "%s"),
  AWAITS("JobsAwaits", "%s. %s."),
  CURSOR(
      "JobsCursor",
      "@ResumesFrom names %s. A cursor is a record, or a sealed interface of records, so that later"
          + " versions can read it. Write a record with a component of that type."),

  DIRECT_STEP(
      "JobsDirectStep",
      Kind.WARNING,
      "%s() is called directly here, so it is not a step: each attempt runs it, and nothing is"
          + " recorded. %s, or add @SuppressWarnings(\"JobsDirectStep\")."),
  STEP_IN_STEP(
      "JobsStepInStep",
      "%s, but a step cannot contain another one, because its own record comes later."
          + " Call them one after the other in execute()."),

  // The module
  DUPLICATE_MODULE(
      "JobsDuplicateModule",
      "@JobModule is on both %s and %s. A compilation has one module. Remove one of them."),
  MODULE_NAME("JobsModuleName", "%s"),
  INCLUDES("JobsIncludes", "includes names %s"),
  LATE_TYPE(
      "JobsLateType",
      "%s was generated after the module had been written. Generate it in the first round"
          + " of annotation processing, or write it by hand."),

  // The Java module, if there is a module-info.java
  NOT_PROVIDED(
      "JobsNotProvided",
      Kind.WARNING,
      "The module-info.java of %s does not provide %s, so the runtime cannot find it on the"
          + " module path. Add 'provides %s with %s;'."),

  // Constraints
  UNKNOWN_CONSTRAINT("JobsUnknownConstraint", "@%s on %s would not be checked: %s. %s."),
  CONSTRAINT_PLACE(
      "JobsConstraintPlace",
      "@%s on %s would not be checked: only constraints on components and in their types"
          + " are. %s."),
  JAVAX(
      "JobsJavax",
      "@%s on %s is from javax.validation, which is not checked. Import @%s from"
          + " jakarta.validation instead."),
  DECIMAL(
      "JobsDecimal",
      "@%s on %s has the limit '%s', which is not a decimal number. Write, for example, %s."),
  CONSTRAINT_TYPE("JobsConstraintType", "@%s applies to %s, but %s has the type %s. %s."),
  CONSTRAINT_BOUNDS("JobsConstraintBounds", "%s. Change the limits so that some value is allowed."),
  PATTERN("JobsPattern", "The regular expression of @%s on %s does not compile: %s."),
  MESSAGE(
      "JobsMessage",
      "The message of @%2$s contains '%1$s'. A message is a fixed string that may name "
          + "attributes of its annotation, such as {max}. %3$s."),
  CHECK_ANNOTATION("JobsCheckAnnotation", "@%s has %s, so @CheckedBy cannot be used on it. %s."),
  CHECK_METHOD(
      "JobsCheckMethod",
      "@%s is checked by %s. Such a method is static, returns boolean, and has no type"
          + " parameters or checked exceptions. Write %s."),
  CHECK_PARAMETERS(
      "JobsCheckParameters",
      "@%s needs %s, but found %s. The method takes the value, then the attributes of the"
          + " annotation except message, groups and payload. %s."),
  CHECK_OVERLOADS(
      "JobsCheckOverloads",
      "%s has several methods named '%s': %s. @CheckedBy on @%s needs one. Rename the others, or"
          + " name another one with method."),
  CONTRADICTION("JobsContradiction", "%s. %s."),
  SENSITIVE_PLACE(
      "JobsSensitivePlace",
      "@Sensitive on %s has no effect, because that is %s. It hides the components of records."
          + " Move it to one, or remove it."),
  VALID(
      "JobsValid",
      "@Valid on %s has no effect, because %s contains no constraint and no required"
          + " component. Remove @Valid."),
  MISSING_VALID(
      "JobsMissingValid",
      Kind.WARNING,
      "%s contains %s, whose constraints are not checked without @Valid. Write @Valid"
          + " before the type %s, or add @SuppressWarnings(\"JobsMissingValid\")."),

  HIDDEN_ANNOTATIONS(
      "JobsHiddenAnnotations",
      "%s was compiled earlier, and this compiler does not show the type annotations in"
          + " class files, such as @Nullable and constraints. Compile with JDK 22 or newer, or"
          + " with -XDaddTypeAnnotationsToSymbol=true."),

  PARTIAL_COMPILATION(
      "JobsPartialCompilation",
      "%s. Only some sources of this module were compiled, and class files do not contain "
          + "everything about the others. Run 'mvn clean', or rebuild the project."),

  // The schema lock
  BREAKING_CHANGE(
      "JobsBreakingChange",
      "In '%s', %s, so %s. %s; if %s, compile once with -Atenon.lock.mode=accept."),
  LOCK_FILE("JobsLockFile", "The schema lock %s cannot be used: %s."),
  LOCK_OUTDATED(
      "JobsLockOutdated",
      "The schema lock %s is out of date for %s, and -Atenon.lock.mode=frozen does not"
          + " change it. Compile once with -Atenon.lock.mode=update, and commit the file."),
  LOCK_OPTION("JobsLockOption", "%s."),

  MISSING_API(
      "JobsMissingApi",
      "Generated code needs %s, which %s. Add the dependency dev.tenon:jobs-api%s; jobs-runtime"
          + " brings it along."),

  // The processor itself
  INTERNAL(
      "JobsInternal",
      "Tenon's annotation processor failed on %s. This is a bug; please report it with the "
          + "following details. %s");

  private final String id;
  private final Kind kind;
  private final String wording;

  Diagnostic(String id, String wording) {
    this(id, Kind.ERROR, wording);
  }

  Diagnostic(String id, Kind kind, String wording) {
    this.id = id;
    this.kind = kind;
    this.wording = wording;
  }

  /** The id, as it is printed in brackets and written in {@code @SuppressWarnings}. */
  public String id() {
    return id;
  }

  /** Returns whether it is only a warning, which can be suppressed. */
  public boolean isWarning() {
    return kind == Kind.WARNING;
  }

  /**
   * Returns whether it is about the compilation as a whole, so that reporting it once is enough.
   */
  boolean isOfCompilation() {
    return this == HIDDEN_ANNOTATIONS;
  }

  Kind kind() {
    return kind;
  }

  String text(Object... arguments) {
    return "[" + id + "] " + wording.formatted(arguments);
  }
}
