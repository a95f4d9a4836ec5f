// Prints what Liquibase 4.28 has as the checksums of changelogs; `sums.tsv` is what it printed:
//
//   lib=…/liquibase/internal/lib
//   java -cp "$lib/*" Sums.java . every.xml every_change.json layout.yaml scalars.yaml formatted.sql raw.sql > sums.tsv
import java.nio.file.Path;
import java.util.Map;
import liquibase.ChecksumVersion;
import liquibase.Scope;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.resource.DirectoryResourceAccessor;

public class Sums {
    public static void main(String[] arguments) throws Exception {
        DirectoryResourceAccessor folder = new DirectoryResourceAccessor(Path.of(arguments[0]));
        Scope.child(Map.of("resourceAccessor", folder, "checksumVersion", ChecksumVersion.V9), () -> {
            String url = "offline:postgresql?version=16";
            Database database = DatabaseFactory.getInstance().openDatabase(url, null, null, null, folder);
            Scope.child(Map.of("database", database), () -> {
                for (int at = 1; at < arguments.length; at++) {
                    print(arguments[at], database, folder);
                }
            });
        });
    }

    private static void print(String file, Database database, DirectoryResourceAccessor folder) throws Exception {
        ChangeLogParameters parameters = new ChangeLogParameters(database);
        var parser = ChangeLogParserFactory.getInstance().getParser(file, folder);
        for (ChangeSet changeset : parser.parse(file, parameters, folder).getChangeSets()) {
            String sum;
            try {
                sum = changeset.generateCheckSum(ChecksumVersion.V9).toString();
            } catch (RuntimeException error) {
                sum = "ERR";
            }
            System.out.println(String.join("\t", file, changeset.getAuthor(), changeset.getId(), sum));
        }
    }
}
