package dev.tenon.jobs.cli.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStreamableServerTransport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Keeps the answer to one request. Thread-safe. */
final class AnswerTransport implements McpStreamableServerTransport {

  private final McpJsonMapper json;
  private volatile McpSchema.@Nullable JSONRPCResponse answer;

  AnswerTransport(McpJsonMapper json) {
    this.json = json;
  }

  /**
   * The answer.
   *
   * @throws IllegalStateException if there is none
   */
  McpSchema.JSONRPCResponse message() {
    McpSchema.JSONRPCResponse found = answer;
    if (found == null) {
      throw new IllegalStateException("A request was not answered.");
    }
    return found;
  }

  @Override
  public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message) {
    return Mono.fromRunnable(
        () -> {
          if (message instanceof McpSchema.JSONRPCResponse response) {
            answer = response;
          }
        });
  }

  @Override
  public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message, String messageId) {
    return sendMessage(message);
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return json.convertValue(data, type);
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.empty();
  }

  @Override
  public void close() {}
}
