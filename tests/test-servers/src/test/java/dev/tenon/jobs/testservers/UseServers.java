package dev.tenon.jobs.testservers;

import java.util.List;

/** A program that uses test servers in the ways that its arguments name. */
final class UseServers {

  private UseServers() {}

  public static void main(String[] arguments) throws InterruptedException {
    for (String argument : arguments) {
      switch (argument) {
        case "postgres" -> System.out.println("using " + PostgresDatabase.shared().url());
        case "rabbit" -> System.out.println("using " + RabbitVirtualHost.shared().uri());
        case "private" -> startPrivateServers();
        case "wait" -> Thread.currentThread().join();
        default -> throw new IllegalArgumentException(argument);
      }
    }
  }

  private static void startPrivateServers() {
    RabbitServer rabbit = RabbitServer.launch();
    PostgresServer postgres = PostgresServer.builder().durable(false).launch();
    postgres.freeze();
    System.out.println("folder " + Folders.root());
    for (ProcessHandle server : ProcessHandle.current().children().toList()) {
      List<ProcessHandle> below = server.children().toList();
      String command = server.info().command().orElse("");
      if (command.endsWith("postgres")) {
        System.out.println("postgres pid " + server.pid());
        System.out.println("frozen pid " + below.get(0).pid());
      } else if (command.endsWith("beam.smp")) {
        System.out.println("rabbit pid " + server.pid());
      }
    }
    System.out.println("started " + rabbit + " and " + postgres);
  }
}
