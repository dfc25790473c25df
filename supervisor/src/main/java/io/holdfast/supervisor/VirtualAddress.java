package io.holdfast.supervisor;

/**
 * The address under which clients reach the pair.
 *
 * @param address IPv4
 * @param prefixLength 8 to 32
 * @param networkInterface where it is put
 */
public record VirtualAddress(String address, int prefixLength, String networkInterface) {

    public VirtualAddress {
        Addresses.checked("the VIP", address);
        Addresses.networkInterface("the VIP's interface", networkInterface);
        if (prefixLength < 8 || prefixLength > 32) {
            throw new IllegalArgumentException("the VIP's prefix length is " + prefixLength + "; it must be 8 to 32");
        }
    }

    /** {@code 10.0.0.10/24} and an interface's name. */
    public static VirtualAddress parse(String cidr, String networkInterface) {
        int slash = cidr.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "the VIP is '" + cidr + "'; it must be ADDRESS/LENGTH such as 10.0.0.10/24");
        }
        int prefixLength = Addresses.number("the VIP's prefix length", cidr.substring(slash + 1));
        return new VirtualAddress(cidr.substring(0, slash), prefixLength, networkInterface);
    }

    /** {@code 10.0.0.10/24}. */
    public String cidr() {
        return address + "/" + prefixLength;
    }
}
