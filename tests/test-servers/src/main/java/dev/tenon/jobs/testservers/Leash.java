package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/**
 * Makes sure that the processes this JVM starts do not outlive it, even if it is killed with
 * SIGKILL and no shutdown hook runs. A small shell process reads process ids from a pipe. The pipe
 * closes when this JVM ends for any reason, and then the shell kills all processes still on its
 * list and deletes the temporary folder.
 */
final class Leash {

  // The script ignores the signals of a terminal, which reach it together with this JVM. Patroni
  // starts servers that are not its children, so their files lead to them. A process
  // that is being killed may still write a file, so the folder may not be empty at the first try.
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      held=' '
      while read -r change pid; do
        case "$held" in *" $pid "*) held="${held%% $pid *} ${held#* $pid }" ;; esac
        [ "$change" = hold ] && held="$held$pid "
      done
      for pid in $held; do kill -s KILL "$pid"; done
      for file in "$1"/*/data/postmaster.pid; do
        pid=$(head -n 1 "$file") && [ "$(readlink "/proc/$pid/cwd")" = "${file%/*}" ] &&
          kill -s KILL "$pid"
        [ -f "$file" ] && ipcrm -m "$(awk 'NR == 7 { print $2 }' "$file")"
      done
      rm -rf "$1" || { sleep 1; rm -rf "$1"; }
      """;

  private static final Leash INSTANCE = new Leash();

  private final Writer pipe;

  private Leash() {
    try {
      Process shell =
          new ProcessBuilder("/bin/sh", "-c", SCRIPT, "leash", Folders.root().toString())
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      pipe = new OutputStreamWriter(shell.getOutputStream(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new TestServerException("/bin/sh, which ends test processes, does not start", e);
    }
  }

  /** Adds a process that is killed when this JVM has ended. */
  static void hold(long pid) {
    INSTANCE.write("hold", pid);
  }

  /** Removes a process that has ended or should be left alone. */
  static void release(long pid) {
    INSTANCE.write("release", pid);
  }

  private synchronized void write(String change, long pid) {
    try {
      pipe.write(change + " " + pid + "\n");
      pipe.flush();
    } catch (IOException e) {
      throw new TestServerException("The shell that ends test processes has died", e);
    }
  }
}
