import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.*;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.*;

/**
 * veraPDF as a line server: one JVM for many files. Reads a path a line from standard input and answers one
 * line: "ok", or tab-separated failures "standard|clause-test|message|where". Output is flushed per file.
 */
public class Validate {
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err); // veraPDF's own chatter must not reach the answers
        java.util.logging.LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            StringBuilder answer = new StringBuilder();
            for (String id : new String[] {"3a", "ua1"}) {
                PDFAFlavour flavour = PDFAFlavour.fromString(id);
                try (InputStream file = new ByteArrayInputStream(Files.readAllBytes(Path.of(line)));
                        PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
                    ValidationResult result = validator.validate(parser);
                    if (result.isCompliant()) continue;
                    Set<String> seen = new LinkedHashSet<>();
                    for (TestAssertion test : result.getTestAssertions()) {
                        if (test.getStatus() != TestAssertion.Status.FAILED) continue;
                        String rule = test.getRuleId().getClause() + "-" + test.getRuleId().getTestNumber();
                        if (!seen.add(rule)) continue; // one line a rule
                        append(answer, id, rule, test.getMessage(), test.getLocation().getContext());
                    }
                    if (seen.isEmpty()) append(answer, id, "?", "not compliant", "");
                } catch (Throwable e) {
                    append(answer, id, "unreadable", String.valueOf(e), "");
                }
            }
            out.println(answer.length() == 0 ? "ok" : answer.toString());
        }
    }

    private static void append(StringBuilder to, String... fields) {
        if (to.length() > 0) to.append('\t');
        StringJoiner joined = new StringJoiner("|");
        for (String field : fields) joined.add(field.replaceAll("[\\s|]+", " "));
        to.append(joined);
    }
}
