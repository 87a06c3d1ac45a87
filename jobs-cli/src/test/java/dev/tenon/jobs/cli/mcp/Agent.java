package dev.tenon.jobs.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A client of the SDK, connected to a server. */
final class Agent implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final McpSyncClient client;

  private Agent(McpClientTransport transport, String name) {
    client =
        McpClient.sync(transport)
            .clientInfo(McpSchema.Implementation.builder(name, "1.0").build())
            .requestTimeout(PATIENCE)
            .initializationTimeout(PATIENCE)
            .build();
  }

  static Agent onHttp(URI server, String token, String name) {
    Agent agent =
        new Agent(
            HttpClientStreamableHttpTransport.builder(server.resolve("/").toString())
                .endpoint(server.getPath())
                .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer " + token))
                .build(),
            name);
    McpSchema.InitializeResult unused = agent.client.initialize();
    return agent;
  }

  /** A client that starts the command in a process. */
  static Agent onStreams(Map<String, String> environment, String name, String... arguments) {
    List<String> all = new ArrayList<>();
    all.add("-cp");
    all.add(System.getProperty("java.class.path"));
    all.add("dev.tenon.jobs.cli.Tenon");
    all.add("mcp");
    all.addAll(List.of(arguments));
    Agent agent =
        new Agent(
            new StdioClientTransport(
                ServerParameters.builder(ProcessHandle.current().info().command().orElseThrow())
                    .args(all)
                    .env(environment)
                    .build(),
                McpJsonDefaults.getMapper()),
            name);
    McpSchema.InitializeResult unused = agent.client.initialize();
    return agent;
  }

  McpSyncClient client() {
    return client;
  }

  /** The names of the tools. */
  List<String> tools() {
    return client.listTools().tools().stream().map(McpSchema.Tool::name).toList();
  }

  /** Calls a tool, with names and values in turn. */
  Answer call(String tool, Object... arguments) {
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      named.put((String) arguments[i], arguments[i + 1]);
    }
    return new Answer(
        client.callTool(McpSchema.CallToolRequest.builder(tool).arguments(named).build()));
  }

  @Override
  public void close() {
    client.closeGracefully();
  }

  /**
   * An answer.
   *
   * @param result the result of the call
   */
  record Answer(McpSchema.CallToolResult result) {

    /** The answer of a call that has worked. */
    Map<String, Object> data() {
      assertThat(result.isError()).as(text()).isNotEqualTo(true);
      return all();
    }

    /** The error of a call that was refused. */
    String error() {
      assertThat(result.isError()).as(text()).isTrue();
      return (String) all().get("error");
    }

    @SuppressWarnings("unchecked") // The test fails otherwise
    Map<String, Object> all() {
      return (Map<String, Object>) structured().get("data");
    }

    @SuppressWarnings("unchecked") // The test fails otherwise
    Map<String, Object> structured() {
      return (Map<String, Object>) result.structuredContent();
    }

    /** The answer as text. */
    String text() {
      assertThat(result.content()).hasSize(1);
      return ((McpSchema.TextContent) result.content().get(0)).text();
    }

    /** The answer in the text. */
    Map<String, Object> parsed() {
      try {
        return McpJsonDefaults.getMapper().readValue(text(), new TypeRef<Map<String, Object>>() {});
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** A list of objects in the answer. */
    @SuppressWarnings("unchecked") // The test fails otherwise
    List<Map<String, Object>> list(String name) {
      return (List<Map<String, Object>>) data().get(name);
    }

    /** An object in the answer. */
    @SuppressWarnings("unchecked") // The test fails otherwise
    Map<String, Object> object(String name) {
      return (Map<String, Object>) data().get(name);
    }
  }
}
