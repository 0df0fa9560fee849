import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** A node of OpenSearch on this machine alone. Arguments: its folder, the port of HTTP, the port of nodes. */
public class Server extends Node {
    Server(Environment environment) {
        super(environment, List.of(Netty4Plugin.class), true);
    }

    public static void main(String[] args) throws Exception {
        Settings settings = Settings.builder()
            .put("path.home", args[0])
            .put("http.port", args[1])
            .put("transport.port", args[2])
            .put("network.host", "127.0.0.1")
            .put("discovery.type", "single-node")
            .put("node.name", "test")
            .put("cluster.name", "test")
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            // Tests must not fail because the machine's disk is nearly full.
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        Path config = Path.of(args[0], "config");
        new Server(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), config, () -> "test")).start();
        // Whoever started it holds the other end: when that is gone, so is this.
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(0);
    }
}
