package dev.tenon.jobs.processor.check;

import javax.tools.Diagnostic.Kind;

/**
 * Everything that the processor reports: an id that never changes, and the wording. Each text says
 * the rule, what was found, and the fix. {@code docs/diagnostics.md} has a page on each id.
 */
public enum Diagnostic {
  // The declaration of a job type
  TYPE_NAME(
      "JobsTypeName",
      "The name of a job type is two or more lower-case segments with dots between them, such as"
          + " 'widget.process.batch'; a segment starts with a letter and goes on with letters and"
          + " digits, and '-' or '_' may stand between them. Found '%s'.%s"),
  TIMEOUT(
      "JobsTimeout",
      "A timeout is a positive duration: %s. Found '%s'; write for instance timeout = \"5m\"."),
  RETRY_DELAY(
      "JobsRetryDelays",
      "A retry delay is a duration of zero or more: %s. Found '%s'; write for instance"
          + " retryDelays = {\"30s\", \"1m\"}."),
  UNUSED_RETRY_DELAYS(
      "JobsUnusedDelays",
      Kind.WARNING,
      "There is one retry delay fewer than attempts, or the rest is never waited. Found %d with"
          + " maxAttempts = %d; remove %s, write maxAttempts = %d, or"
          + " @SuppressWarnings(\"JobsUnusedDelays\")."),
  MAX_ATTEMPTS(
      "JobsMaxAttempts",
      "maxAttempts counts the first attempt, so it is at least 1. Found %d; write maxAttempts = 1"
          + " for a job that is never attempted again."),
  JITTER(
      "JobsJitter",
      "jitter is a share of each wait, from 0 to 1. Found %s; write for instance jitter = 0.1 for"
          + " waits that are up to a tenth longer."),
  RETENTION(
      "JobsRetention",
      "A retention is a duration of zero or more: %s. Found '%s'; write for instance"
          + " retention = \"30d\"."),
  ROUTING_KEY(
      "JobsRoutingKey",
      "A routing key is 1 to 255 bytes without '*' and '#', since it is also the name of a queue."
          + " Found %s; write for instance routingKey = \"jobs.widgets\"."),
  RESULT_TYPE(
      "JobsResultType",
      "The result of a job is a class that can be named without type arguments, and not a"
          + " primitive. Found %s; %s."),
  DUPLICATE_TYPE(
      "JobsDuplicateType",
      "A job type is declared once in an application. '%s' is declared by %s and by %s; give one of"
          + " them another name."),
  NAME_CLASH(
      "JobsNameClash",
      "Generated names must differ from each other and from those in the sources. %s; rename one of them."),

  // The payload
  NOT_A_RECORD(
      "JobsNotRecord",
      "@JobType stands on a record, which is then the payload of a job type, or on a class that"
          + " implements JobHandler. %s is %s; make it a record, or let it implement"
          + " JobHandler<Payload, Result>."),
  PAYLOAD_GENERIC(
      "JobsPayloadGeneric",
      "A payload has no type parameters, since JSON could not tell them. Found %s; name the types in"
          + " its components."),
  NOT_ACCESSIBLE(
      "JobsNotAccessible", "Generated code in package %s must see %s. It is %s; make it public."),

  JSON(
      "JobsJson",
      "JSON must carry payloads and results there and back. %s is of type %s: that is %s."),
  UNION(
      "JobsUnion",
      "The records of a sealed interface are told apart in JSON by the property 'type', which holds"
          + " their simple names. In %s %s; rename it."),
  ENDLESS(
      "JobsEndless",
      "A value must be able to end. No %s can be made without another one, because of its component"
          + " %s; make that @Nullable, an Optional or a List."),

  // The handler
  UNKNOWN_TYPE(
      "JobsUnknownType",
      "A handler names a job type that a record of this compilation, or of an included module,"
          + " declares. Nothing declares '%s'.%s"),
  MISSING_HANDLER(
      "JobsMissingHandler",
      "Each job type has exactly one handler. '%s' has none; write a class with @JobType(\"%s\") that"
          + " implements JobHandler<%s, %s>%s."),
  DUPLICATE_HANDLER(
      "JobsDuplicateHandler",
      "Each job type has exactly one handler. '%s' is handled by %s and by %s; remove one of them."),
  PAYLOAD_MISMATCH(
      "JobsPayloadMismatch",
      "The payload of job type '%s' is %s, so its handler implements JobHandler<%s, %s>. Found %s."),
  RESULT_MISMATCH(
      "JobsResultMismatch",
      "The result of job type '%s' is %s, so its handler implements JobHandler<%s, %s>. Found %s;"
          + " change the handler, or write result = %s on %s."),
  HANDLER_ATTRIBUTES(
      "JobsHandlerAttributes",
      "On a handler @JobType only names what it handles. Found %s; write it on the record that"
          + " declares '%s'."),
  HANDLER_ABSTRACT(
      "JobsHandlerAbstract",
      "A handler is a class of which an instance can be made. %s is %s; put @JobType on a class that"
          + " %s it."),
  HANDLER_GENERIC(
      "JobsHandlerGeneric",
      "A handler has no type parameters, since it handles one type. Found %s; name the types where it"
          + " implements JobHandler."),
  HANDLER_INNER(
      "JobsHandlerInner",
      "A handler does not belong to an instance of another class. %s is an inner class of %s; make"
          + " it static."),
  HANDLER_ELSEWHERE(
      "JobsHandlerElsewhere",
      "The module %s says handlers = ELSEWHERE, so it takes none. Found %s; move it to the"
          + " application that includes the module, or remove handlers = ELSEWHERE."),

  // The module
  DUPLICATE_MODULE(
      "JobsDuplicateModule",
      "A compilation has one module. @JobModule is on %s and on %s; remove one of them."),
  MODULE_NAME(
      "JobsModuleName", "The name of a module is the name of a Java class, such as PlmJobs. %s"),
  INCLUDES(
      "JobsIncludes",
      "includes names generated module classes of other compilations, such as CoreJobsModule.class."
          + " %s"),
  LATE_TYPE(
      "JobsLateType",
      "All job types of a compilation are there before its module is written. %s was generated after"
          + " that; generate it in the first round, or write it by hand."),

  // The Java module, if there is a module-info.java
  NOT_OPEN(
      "JobsNotOpen",
      "Jackson must see the records that it writes and reads. %s is in the package %s, which the"
          + " module %s neither opens nor, with public records, exports to it; write 'opens %s to %s;'"
          + " in the module-info.java there."),
  NOT_PROVIDED(
      "JobsNotProvided",
      Kind.WARNING,
      "On the module path the runtime finds a job module where a module-info.java provides it. That"
          + " of %s does not name %s; write 'provides %s with %s;' there."),

  // Constraints
  UNKNOWN_CONSTRAINT(
      "JobsUnknownConstraint",
      "A constraint that is not compiled would not be checked. @%s on %s is not supported: %s. Remove"
          + " it, and check it in the record's constructor or in the handler."),
  CONSTRAINT_TYPE(
      "JobsConstraintType",
      "@%s applies to %s. %s is of type %s; remove the constraint or change the type."),
  CONSTRAINT_BOUNDS(
      "JobsConstraintBounds",
      "The bounds of a constraint must leave room for a value. %s; change them."),
  PATTERN(
      "JobsPattern",
      "The regular expression of a constraint must compile. That of @%s on %s does not: %s."),
  MESSAGE(
      "JobsMessage",
      "The message of a constraint is a fixed text, which may name attributes of its annotation in"
          + " braces, such as {max}. Found '%s' in that of @%s on %s; %s."),
  CONTRADICTION(
      "JobsContradiction",
      "@%s refuses null, but %s is %s. Remove one of the two; a value that may be absent and, where it"
          + " is there, must not be empty is declared with %s."),
  VALID(
      "JobsValid",
      "@Valid asks to validate a record. %s holds nothing with a constraint or a required component,"
          + " but %s; remove @Valid."),
  MISSING_VALID(
      "JobsMissingValid",
      Kind.WARNING,
      "The constraints of a nested record are checked where @Valid asks for it. %s holds %s, which has"
          + " constraints; write @Valid before the type %s, or"
          + " @SuppressWarnings(\"JobsMissingValid\") if they are not meant here."),

  HIDDEN_ANNOTATIONS(
      "JobsHiddenAnnotations",
      "A validator needs every @Nullable and constraint of the records in a payload. %s was compiled"
          + " before, and this compiler does not show the annotations of types in class files; compile"
          + " with JDK 22 or newer, or with -XDaddTypeAnnotationsToSymbol=true."),

  // The processor itself
  INTERNAL(
      "JobsInternal",
      "Tenon's annotation processor failed on %s; this is a bug in it, please report it with the"
          + " following text. %s");

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

  /** The id, as it is printed in brackets and as {@code @SuppressWarnings} names it. */
  public String id() {
    return id;
  }

  /** Whether it only warns, and can be suppressed. */
  public boolean isWarning() {
    return kind == Kind.WARNING;
  }

  Kind kind() {
    return kind;
  }

  String text(Object... arguments) {
    return "[" + id + "] " + wording.formatted(arguments);
  }
}
