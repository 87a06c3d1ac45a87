package dev.tenon.jobs.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.FluentWait;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A Chromium without a window, with an empty profile. */
final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> FOLDERS =
      List.of("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin");

  private final Path profile;
  private final ChromeDriver driver;

  private Browser(Path profile, ChromeDriver driver) {
    this.profile = profile;
    this.driver = driver;
  }

  /**
   * Starts one.
   *
   * @param flags further flags of Chromium
   */
  static Browser start(String... flags) {
    try {
      Path profile = Files.createTempDirectory("tenon-chromium");
      ChromeOptions options = new ChromeOptions();
      options.setBinary(program("chromium"));
      options.addArguments(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--no-first-run",
          "--user-data-dir=" + profile);
      options.addArguments(flags);
      LoggingPreferences logs = new LoggingPreferences();
      logs.enable(LogType.BROWSER, Level.WARNING);
      options.setCapability("goog:loggingPrefs", logs);
      ChromeDriverService service =
          new ChromeDriverService.Builder()
              .usingDriverExecutable(Path.of(program("chromedriver")).toFile())
              .build();
      ChromeDriver driver = new ChromeDriver(service, options);
      driver.manage().window().setSize(new Dimension(1280, 900));
      return new Browser(profile, driver);
    } catch (IOException e) {
      throw new UncheckedIOException("There is no place for Chromium's profile.", e);
    }
  }

  private static String program(String name) {
    return FOLDERS.stream()
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElseThrow(
            () ->
                new AssertionError(
                    name
                        + " is in none of "
                        + FOLDERS
                        + ". ./dev test installs it; Debian has it as chromium and"
                        + " chromium-driver."));
  }

  void open(URI uri) {
    driver.get(uri.toString());
  }

  void size(int width, int height) {
    driver.manage().window().setSize(new Dimension(width, height));
  }

  /** A page may replace itself, or a part of itself, between two looks: then it is looked again. */
  private FluentWait<WebDriver> waiting() {
    return new WebDriverWait(driver, PATIENCE).ignoring(StaleElementReferenceException.class);
  }

  /** Waits until there is an element, and gives it. */
  WebElement find(String css) {
    return waiting()
        .until(d -> d.findElements(By.cssSelector(css)).stream().findFirst().orElse(null));
  }

  /** Clicks a link, a button or a summary by its text, without the number behind it. */
  void click(String text) {
    By by =
        By.xpath(
            ("//*[self::a or self::button or self::summary]"
                    + "[normalize-space()='%1$s' or normalize-space(text())='%1$s']")
                .formatted(text));
    onFirstShown(by, WebElement::click);
  }

  /** Types into the field that is shown of those with this name. */
  void type(String name, String text) {
    onFirstShown(By.name(name), field -> field.sendKeys(text));
  }

  /** Types into a field, in place of what it holds. */
  void replace(String name, String text) {
    onFirstShown(
        By.name(name),
        field -> {
          field.clear();
          field.sendKeys(text);
        });
  }

  /** Chooses an option by its text. */
  void choose(String name, String option) {
    onFirstShown(By.name(name), list -> new Select(list).selectByVisibleText(option));
  }

  private void onFirstShown(By by, Consumer<WebElement> action) {
    waiting()
        .withMessage(() -> "nothing is shown that is found " + by)
        .until(
            d -> {
              Optional<WebElement> shown =
                  d.findElements(by).stream().filter(WebElement::isDisplayed).findFirst();
              shown.ifPresent(action);
              return shown.isPresent();
            });
  }

  /** Waits until the page has a text. */
  void awaitText(String text) {
    AtomicReference<String> last = new AtomicReference<>("");
    waiting()
        .withMessage(() -> "no '" + text + "' in: " + last.get())
        .until(
            d -> {
              last.set(text());
              return last.get().contains(text);
            });
  }

  String text() {
    return driver.findElement(By.tagName("body")).getText();
  }

  Object run(String script) {
    return driver.executeScript(script);
  }

  /**
   * Drags over an element with the mouse, along its middle.
   *
   * @param from where to begin, as a part of its width
   * @param to where to end
   */
  void drag(String css, double from, double to) {
    WebElement element = find(css);
    int width = element.getSize().getWidth();
    new Actions(driver)
        .moveToElement(element, (int) ((from - 0.5) * width), 0)
        .clickAndHold()
        .moveByOffset((int) ((to - from) * width), 0)
        .release()
        .perform();
  }

  /** Shows the page as it is printed. */
  void print() {
    var unused =
        driver.executeCdpCommand("Emulation.setEmulatedMedia", java.util.Map.of("media", "print"));
  }

  /** Moves the browser to another time zone. */
  void zone(String name) {
    var unused =
        driver.executeCdpCommand(
            "Emulation.setTimezoneOverride", java.util.Map.of("timezoneId", name));
  }

  void reload() {
    driver.navigate().refresh();
  }

  /** What the page has complained about: refused scripts and styles, missing files, errors. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  /**
   * Takes a picture for the test report, and for the folder that the property tenon.pictures names.
   */
  void picture(String name) {
    try {
      byte[] picture = driver.getScreenshotAs(OutputType.BYTES);
      Path folder = Files.createDirectories(Path.of("target", "pictures"));
      Files.write(folder.resolve(name + ".png"), picture);
      String docs = System.getProperty("tenon.pictures");
      if (docs != null) {
        Files.write(Files.createDirectories(Path.of(docs)).resolve(name + ".png"), picture);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The picture " + name + " cannot be kept.", e);
    }
  }

  @Override
  public void close() {
    driver.quit();
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      // Chromium's processes may still be ending; the folder is in that of temporary files
      System.err.println("Chromium's profile is left behind: " + e.getMessage());
    }
  }
}
