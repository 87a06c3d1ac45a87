package dev.tenon.jobs.cli;

import dev.tenon.jobs.cli.mcp.AgentServer;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon mcp}. */
@Command(
    name = "mcp",
    description = {
      "Serve tools for agents, over the Model Context Protocol, on standard input and output, or"
          + " over HTTP. The tools only read, unless --allow permits more. Each change is recorded"
          + " in the audit under the name given by --as and the name of the client.",
      "To let agents submit jobs, put the jars with their types on the class path:"
          + " java -cp 'jobs-cli-all.jar:app.jar' dev.tenon.jobs.cli.Tenon mcp …"
    })
final class McpCommand extends TenonCommand {

  /** The variable that has the token of clients. */
  static final String TOKEN = "TENON_MCP_TOKEN";

  private static final int MIN_TOKEN = 32;
  private static final int TOKEN_BYTES = 32;

  /** The audit adds the name of the client. */
  private static final int MAX_NAME = 100;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      required = true,
      description = "Name of the agent for the audit, such as support-agent")
  private String name;

  @Option(
      names = "--allow",
      paramLabel = "[TYPE=]RIGHT",
      description =
          "Right of the agent: read (the default), act or none; of one job type with TYPE=RIGHT."
              + " Can be given more than once.")
  private List<String> allowed = new ArrayList<>();

  @Option(
      names = "--http",
      paramLabel = "PORT",
      description = "Serve over HTTP on this port; 0 for any free port")
  private @Nullable Integer port;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on with --http. Default: the loopback interface. There is no TLS, so put"
              + " a proxy in front of any other.")
  private @Nullable String address;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "File with the token that clients must send with --http. Default: the variable "
              + TOKEN
              + ", or else a new token, which is printed")
  private @Nullable Path tokenFile;

  @SuppressWarnings("NullAway.Init")
  McpCommand() {}

  @Override
  int run(Connection database) {
    DashboardUser user = user();
    Integer onPort = port;
    if (onPort == null) {
      if (address != null || tokenFile != null) {
        throw Failure.usage(
            "--address and --token-file work only with --http. Add --http=PORT, or leave them out.");
      }
      return serveStreams(settings(database, user));
    }
    if (onPort < 0 || onPort > 65_535) {
      throw Failure.usage("The port is " + onPort + "; it must be between 0 and 65535.");
    }
    InetSocketAddress at = new InetSocketAddress(address(), onPort);
    String token = token(database);
    return serveHttp(settings(database, user), at, token);
  }

  private AgentServer.Settings settings(Connection database, DashboardUser user) {
    return new AgentServer.Settings(
        database.runtime(), request -> user, modules(), version(), this::report);
  }

  private static String version() {
    return Objects.requireNonNullElse(Version.number(), "unknown");
  }

  /** Also says it to clients that show standard error. */
  private void report(String problem) {
    complain(Failure.of(problem));
  }

  private static int serveStreams(AgentServer.Settings settings) {
    PrintStream out = System.out;
    // Whatever else prints to standard output would break the protocol
    System.setOut(System.err);
    try (AgentServer server = AgentServer.onStreams(settings, System.in, out)) {
      server.awaitEnd();
    } finally {
      System.setOut(out);
    }
    return 0;
  }

  private int serveHttp(
      AgentServer.Settings settings, InetSocketAddress at, @Nullable String given) {
    String token = given == null ? newToken() : given;
    try (AgentServer server = AgentServer.onHttp(settings, at, token)) {
      say(server.uri().orElseThrow(), given == null ? token : null);
      server.awaitEnd();
    } catch (IOException e) {
      throw Failure.of(
          "Cannot serve agents on port " + at.getPort() + ": " + Failure.rootMessage(e));
    }
    return 0;
  }

  private void say(URI uri, @Nullable String newToken) {
    if (isJson()) {
      Map<String, @Nullable Object> view = new LinkedHashMap<>();
      view.put("url", uri.toString());
      view.put("token", newToken);
      print(view);
    } else {
      line("Agents find the server at %s. Press Ctrl-C to stop it.".formatted(uri));
      if (newToken != null) {
        line("Their token: " + newToken);
      }
    }
    out().flush();
  }

  private DashboardUser user() {
    if (name.isBlank() || name.length() > MAX_NAME) {
      throw Failure.usage(
          "--as is '%s'; it must be a name of up to %d characters."
              .formatted(
                  name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "…" : name, MAX_NAME));
    }
    Right all = Right.READ;
    Map<String, Right> types = new LinkedHashMap<>();
    for (String each : allowed) {
      int sign = each.lastIndexOf('=');
      Right right = right(each, each.substring(sign + 1));
      if (sign < 0) {
        all = right;
      } else {
        types.put(each.substring(0, sign), right);
      }
    }
    DashboardUser user = DashboardUser.of(name, all);
    for (Map.Entry<String, Right> type : types.entrySet()) {
      user = user.withRight(type.getKey(), type.getValue());
    }
    return user;
  }

  private static Right right(String option, String code) {
    // No tool needs more than ACT
    for (Right right : List.of(Right.NONE, Right.READ, Right.ACT)) {
      if (right.code().equals(code)) {
        return right;
      }
    }
    throw Failure.usage(
        "--allow is '%s'; it must be none, read or act, or a type and its right, such as mail.send=act."
            .formatted(option));
  }

  private InetAddress address() {
    try {
      return address == null ? InetAddress.getLoopbackAddress() : InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw Failure.usage(
          "--address is '%s'; it must be an address of this machine, such as 127.0.0.1."
              .formatted(address));
    }
  }

  private @Nullable String token(Connection database) {
    String token = database.variable(TOKEN);
    String from = TOKEN;
    if (tokenFile != null) {
      from = tokenFile.toString();
      try {
        token = Files.readString(tokenFile);
      } catch (IOException e) {
        throw Failure.usage(
            "Cannot read the token in %s: %s".formatted(tokenFile, Failure.rootMessage(e)));
      }
    }
    if (token == null) {
      return null;
    }
    token = token.strip();
    if (token.length() < MIN_TOKEN) {
      throw Failure.usage(
          "The token in %s has %d characters; it must have at least %d. Make one by 'openssl rand -base64 32'."
              .formatted(from, token.length(), MIN_TOKEN));
    }
    return token;
  }

  private static String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static List<ModuleDefinition> modules() {
    List<ModuleDefinition> modules = new ArrayList<>();
    try {
      ServiceLoader.load(ModuleDefinition.class).forEach(modules::add);
    } catch (ServiceConfigurationError e) {
      throw Failure.of(
          "A job module on the class path cannot be loaded: " + Failure.rootMessage(e));
    }
    return modules;
  }
}
