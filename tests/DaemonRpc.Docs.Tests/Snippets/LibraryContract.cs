// <library-contract>
using DaemonRpc;
using MemoryPack;

namespace Acme.Spelling;

[DaemonRpc("com.acme.spelling")]
public partial interface ISpelling
{
    Task<Correction[]> CheckAsync(string text, CancellationToken cancellationToken = default);
}

[MemoryPackable]
public partial record Correction(int Position, string Word, string[] Suggestions);
// </library-contract>
