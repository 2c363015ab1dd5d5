using System.Text;

namespace DaemonRpc.Program;

/// <summary>Derives short file names from long names.</summary>
internal static class NameHash
{
    /// <summary>Returns the first 100 bits of a name's 128-bit FNV-1a hash, as 20 letters and digits. The handshake detects collisions.</summary>
    /// <remarks>Not a cryptographic hash: loading that library would take longer than the rest of a cold start.</remarks>
    public static string Of(string name)
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

        // Computed in halves, because UInt128 is never compiled ahead of time. The FNV prime is 2^88 plus this constant.
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
