package io.holdfast.simulator.world;

/** The management network: who reaches whom, each direction for itself. Nodes are the hosts, then the two managers, then the arbiter. */
public final class Network {
    private final World world;
    private final int[] in;
    private final int[] out;
    private final int[][] pair;

    Network(World world, int nodes) {
        this.world = world;
        in = new int[nodes];
        out = new int[nodes];
        pair = new int[nodes][nodes];
    }

    /** What a node sends arrives. */
    public boolean reaches(int from, int to) {
        return out[from] == 0 && in[to] == 0 && pair[from][to] == 0;
    }

    public boolean bothWays(int one, int other) {
        return reaches(one, other) && reaches(other, one);
    }

    /** The node is cut off from everything in some direction. */
    public boolean isolated(int node) {
        return in[node] > 0 || out[node] > 0;
    }

    /** A node's incoming or outgoing direction is cut, or mended. */
    public void cut(int node, boolean incoming, boolean outgoing, boolean on) {
        int step = on ? 1 : -1;
        in[node] += incoming ? step : 0;
        out[node] += outgoing ? step : 0;
        world.networkChanged();
    }

    /** One direction between two nodes. */
    public void cutPair(int from, int to, boolean on) {
        pair[from][to] += on ? 1 : -1;
        world.networkChanged();
    }
}
