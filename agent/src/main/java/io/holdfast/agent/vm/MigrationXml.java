package io.holdfast.agent.vm;

import io.holdfast.agent.system.QemuProcess;
import io.holdfast.agent.system.QemuProcess.Placement;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** The definition of a run at the host that it moves to: the live one of the source with all that names the host, and nothing else, changed. */
public final class MigrationXml {
    /**
     * What a domain needs of the host that it moves to.
     *
     * @param initiator iSCSI name of the host
     * @param emulator path of QEMU there
     * @param bridges bridge of each network by name
     */
    public record Destination(String hostId, String initiator, String emulator, Map<String, String> bridges) {
        public Destination {
            bridges = Map.copyOf(bridges);
        }
    }

    private MigrationXml() {}

    /**
     * @param networks name of each network by its bridge on this host
     * @throws IllegalArgumentException naming what the destination lacks
     */
    static String of(String live, Resident resident, long run, Destination destination, Map<String, String> networks) {
        try {
            Document document = parse(live);
            Placement placement = new Placement(
                    destination.hostId(),
                    resident.vmId(),
                    run,
                    resident.datastores().stream().sorted().toList());
            for (Element entry : elements(document, "entry")) {
                if (entry.getAttribute("name").equals(QemuProcess.PLACEMENT_ENTRY)) {
                    entry.setTextContent(placement.text());
                }
            }
            elements(document, "holdfast:placement").forEach(e -> e.setAttribute("run", Long.toString(run)));
            elements(document, "iqn").forEach(e -> e.setAttribute("name", destination.initiator()));
            elements(document, "emulator").forEach(e -> e.setTextContent(destination.emulator()));
            for (Element line : elements(document, "cmdline")) {
                line.setTextContent(line.getTextContent().replaceAll("\\bholdfast\\.run=\\d+", "holdfast.run=" + run));
            }
            for (Element source : elements(document, "source")) {
                if (source.hasAttribute("bridge")) {
                    source.setAttribute("bridge", bridge(source.getAttribute("bridge"), destination, networks));
                }
            }
            return text(document);
        } catch (ParserConfigurationException | SAXException | IOException | TransformerException e) {
            throw new IllegalArgumentException("libvirt's definition of the VM can't be read: " + e.getMessage(), e);
        }
    }

    private static String bridge(String here, Destination destination, Map<String, String> networks) {
        String network = networks.get(here);
        String there = network == null ? null : destination.bridges().get(network);
        if (there == null) {
            throw new IllegalArgumentException("the VM is on bridge " + here + " (network " + network + "), which host "
                    + destination.hostId() + " doesn't have; attach that host to the network");
        }
        return there;
    }

    private static List<Element> elements(Document document, String name) {
        NodeList found = document.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    private static Document parse(String xml) throws ParserConfigurationException, SAXException, IOException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    private static String text(Document document) throws TransformerException {
        StringWriter text = new StringWriter();
        Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        transformer.transform(new DOMSource(document), new StreamResult(text));
        return text.toString();
    }
}
