package dev.tenon.jobs.cli;

import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon signal}. */
@Command(
    name = "signal",
    description =
        "Send a signal to a job. It is kept if the job does not wait for it yet, and validated when it is"
            + " delivered.")
final class SignalCommand extends ActingCommand {

  @Parameters(index = "0", paramLabel = "ID", description = "Id of the job")
  private UUID jobId;

  @Parameters(
      index = "1",
      paramLabel = "NAME",
      description = "Name of the signal, such as order.paid")
  private String name;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "JSON|@FILE",
      defaultValue = "{}",
      description = "Signal as JSON, or a file that has it. Default: ${DEFAULT-VALUE}")
  private String value;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description =
          "Id of the signal. A second signal with the same id is not stored. Default: a new one")
  private @Nullable String id;

  @Option(names = "--key", paramLabel = "KEY", description = "Key of the wait that the signal ends")
  private @Nullable String key;

  @Option(names = "--reason", paramLabel = "REASON", description = "Reason for the audit")
  private @Nullable String reason;

  @SuppressWarnings("NullAway.Init")
  SignalCommand() {}

  @Override
  int run(Connection database) {
    String json = value.startsWith("@") ? read(value.substring(1)) : value;
    SignalOptions options = SignalOptions.by(by());
    options = id == null ? options : options.withId(id);
    options = key == null ? options : options.withKey(key);
    SentSignal sent = database.jobs().steps().send(jobId, name, json, options, actor(reason));
    if (isJson()) {
      Map<String, @Nullable Object> answer = new LinkedHashMap<>();
      answer.put("id", jobId);
      answer.put("outcome", sent.isNew() ? "sent" : "already_sent");
      print(answer);
    } else {
      line(jobId + (sent.isNew() ? " sent" : " already sent"));
    }
    return 0;
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (MalformedInputException e) {
      throw Failure.usage("The file '" + file + "' is not text in UTF-8. Save it as UTF-8.");
    } catch (IOException | InvalidPathException e) {
      throw Failure.usage(
          "The file '%s' cannot be read: %s. Check its name."
              .formatted(file, e.getClass().getSimpleName()));
    }
  }
}
