package dev.tenon.examples.plm.demo;

import com.icegreen.greenmail.util.GreenMail;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A person who reads mails, opens the link to approve, and presses the button. */
public final class Approver {

  private static final Pattern LINK = Pattern.compile("(http://\\S+/approve)\\?token=[\\w-]+");
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration THOUGHT = Duration.ofSeconds(1);

  private final GreenMail mail;
  private final HttpClient browser = HttpClient.newHttpClient();
  private final Map<String, Long> seenAt = new HashMap<>();
  private final Set<String> opened = new HashSet<>();

  Approver(GreenMail mail) {
    this.mail = mail;
  }

  /**
   * Reads the mails, and approves what they ask, a second after they were first seen.
   *
   * @return what this person has done, a line for each link
   */
  public List<String> readMails() throws MessagingException, IOException, InterruptedException {
    List<String> done = new ArrayList<>();
    for (MimeMessage message : mail.getReceivedMessages()) {
      Matcher link = LINK.matcher(message.getContent().toString());
      if (link.find() && hasThought(link.group()) && opened.add(link.group())) {
        String page = send(HttpRequest.newBuilder(URI.create(link.group())).GET());
        if (!page.contains("<button>Approve</button>")) {
          throw new IllegalStateException("The link leads to no button: " + page);
        }
        String answer =
            send(HttpRequest.newBuilder(URI.create(link.group())).POST(BodyPublishers.noBody()));
        done.add(
            "\"%s\": opened %s?token=…, pressed the button: %s"
                .formatted(message.getSubject(), link.group(1), answer));
      }
    }
    return done;
  }

  private boolean hasThought(String link) {
    long now = System.nanoTime();
    return now - seenAt.computeIfAbsent(link, first -> now) >= THOUGHT.toNanos();
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        browser.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
    return response.body();
  }
}
