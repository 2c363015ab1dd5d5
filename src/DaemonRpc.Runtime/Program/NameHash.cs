using System.Text;

namespace DaemonRpc.Program;

/// <summary>Short names of files for long names of other things.</summary>
internal static class NameHash
{
    /// <summary>The FNV-1a hash of a name, 128 bits, as 20 letters and digits: 100 of the bits, and an accident is caught by the handshake.</summary>
    /// <remarks>No cryptographic hash: loading that library would cost a cold start more than everything else does.</remarks>
    public static string Of(string name)
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

        // In halves, as UInt128 is never compiled ahead. The prime is 2 to the power of 88, and this.
        const ulong Prime = 0x13B;
        ulong high = 0x6C62272E07BB0142;
        ulong low = 0x62B821756295C58D;
        foreach (byte value in Encoding.UTF8.GetBytes(name))
        {
            low ^= value;
            ulong carried = Math.BigMul(low, Prime, out ulong product);
            high = unchecked((high * Prime) + carried + (low << 24));
            low = product;
        }

        Span<char> letters = stackalloc char[20];
        for (int index = 0; index < letters.Length; index++)
        {
            letters[index] = Alphabet[(int)(low & 31)];
            low = (low >> 5) | (high << 59);
            high >>= 5;
        }

        return new string(letters);
    }
}
